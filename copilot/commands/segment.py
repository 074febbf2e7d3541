"""`wellspring segment`: select people by plain words or a rule; preview, save, compare, export."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.catalogue import localise, text
from copilot.cli_output import emit, fail, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken

if TYPE_CHECKING:
    from tools.selection.desk import SegmentDesk
    from tools.selection.results import Selection


def segment(
    words: Annotated[str, typer.Argument(help='Who, e.g. "近180天没下单、消费超过2000、有短信授权".')] = "",
    rule: Annotated[Path | None, typer.Option(help="A rule as YAML or JSON instead of words.")] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(help="Leave out: a file of ids, phones or e-mails, a segment, or words; may repeat."),
    ] = None,
    save: Annotated[str, typer.Option(metavar="NAME", help="Save as (the next version of) this segment.")] = "",
    owner: Annotated[str, typer.Option(help="With --save: who looks after it.")] = "",
    acknowledge: Annotated[
        bool,
        typer.Option("--acknowledge", help="Save or export without what was not understood, with proposed values."),
    ] = False,
    overlap: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Compare with a saved segment; may repeat.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Write the members to this .csv or .xlsx.")] = None,
    with_personal_data: Annotated[
        bool, typer.Option("--with-personal-data", help="With --export: names, phones and e-mails too.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the saved segments.")] = False,
    show: Annotated[str, typer.Option(metavar="NAME[@VERSION]", help="A saved segment on today's data.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Select customers by plain words or a rule; preview, save, compare and export them."""
    from copilot.formatting import CURRENCY

    language = spoken(lang)
    place = place_of(workspace)
    desk = place.segments()
    if desk is None:
        fail(text("error.nothing_loaded", language))
    CURRENCY.set(place.currency)
    if list_:
        _print_list(desk, language, json_)
        return
    if bool(words) + bool(rule) + bool(show) != 1:
        fail(text("error.segment_words_or_rule", language))
    now = datetime.now(UTC)
    named = [desk.keep_list(Path(each), now) if _is_file(each) else each for each in exclude or []]
    selection = _selection(desk, words, rule, show, named)
    done: dict[str, Any] = {}
    if save:
        saved = desk.save(save, selection, said=words, owner=owner, at=now, acknowledged=acknowledge)
        selection = selection.model_copy(update={"name": saved.name, "version": saved.version})
        done["saved"] = saved
    if overlap:
        done["overlap"] = desk.overlap_of(selection, overlap)
    if export:
        done["exported"] = desk.export(selection, export, role=place.settings.role, personal=with_personal_data, at=now,
                                       acknowledged=acknowledge)  # fmt: skip
    if json_:
        extra = {name: result.model_dump(mode="json") for name, result in done.items()}
        emit(localise(_body(selection) | extra, language))
    else:
        _print(desk, selection, done, language, versions=bool(show))


def _is_file(given: str) -> bool:
    try:
        return bool(Path(given).suffix) and Path(given).is_file()
    except OSError:  # words too long for a file name
        return False


def _selection(desk: SegmentDesk, words: str, rule: Path | None, show: str, exclude: list[str]) -> Selection:
    from tools.selection.rule import read_rule

    if show and not exclude:
        return desk.show(show)
    exclusions = desk.exclusions(exclude)
    if show:
        definition = desk.saved(show).definition
        return desk.preview(rule=definition.rule, exclusions=[*definition.exclusions, *exclusions])
    if rule:
        return desk.preview(rule=read_rule(rule.read_text(encoding="utf-8"), rule.name), exclusions=exclusions)
    return desk.preview(words, exclusions=exclusions)


def _body(selection: Selection) -> dict[str, Any]:
    return selection.model_dump(mode="json") | {"rule": selection.rule.dump()}


def _print_list(desk: SegmentDesk, language: str, json_: bool) -> None:
    from copilot.segmenttext import list_lines

    found = desk.list()
    if json_:
        emit(localise(found.model_dump(mode="json"), language))
    else:
        out.print("\n".join(list_lines(found, language)))


def _print(desk: SegmentDesk, selection: Selection, done: dict[str, Any], language: str, *, versions: bool) -> None:
    from copilot.segmenttext import customers, overlap_lines, segment_lines, version_lines

    lines = segment_lines(selection, language)
    if "overlap" in done:
        lines += overlap_lines(done["overlap"], language)
    if "saved" in done:
        saved = done["saved"]
        size = customers(saved.customers, language)
        lines.append(text("segment.saved", language, name=saved.name, version=saved.version, customers=size))
    if "exported" in done:
        wrote = done["exported"]
        told = wrote.model_dump() | {"columns": ", ".join(wrote.columns), "rows": f"{wrote.rows:,}"}
        lines.append(text("segment.exported", language, **told))
    lines += ["", f"{text('segment.rule', language)}:", selection.rule.yaml().rstrip()]
    if versions and selection.name:

        def changes(before: int, after: int) -> tuple:
            change = desk.difference(selection.name, before, after)
            return change.added, change.removed

        lines += ["", *version_lines(desk.versions(selection.name), changes, language)]
    out.print("\n".join(lines))
