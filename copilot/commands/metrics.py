"""`wellspring metric`: one metric of the catalogue; `wellspring metrics`: all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from copilot import shapes
from copilot.catalogue import localise, text
from copilot.cli_output import emit, err, fail, out
from copilot.commands.options import CountBy, Json, Lang, Ws, data_of, place_of, spoken

if TYPE_CHECKING:
    from tools.definitions import BadDefinitions


def metric(
    name: str,
    by: Annotated[str, typer.Option(help="Dimensions, e.g. tier,month.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="dimension=value[,value], may repeat.")] = None,
    from_: Annotated[str, typer.Option("--from", help="First day, e.g. 2024-11-01.")] = "",
    to: Annotated[str, typer.Option("--to", help="Last day, e.g. 2024-11-11.")] = "",
    window: Annotated[str, typer.Option(help="Named window, e.g. last_30_days, 2024-11.")] = "",
    compare: Annotated[Literal["previous", "last_year"] | None, typer.Option(help="Compare with that window.")] = None,
    order: Annotated[Literal["top", "bottom"] | None, typer.Option(help="Largest or smallest rows first.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 1000,
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Compute one metric of the catalogue."""
    language = spoken(lang)
    place = place_of(workspace)
    data = data_of(place, language, count_by)
    place.metrics.catalog()
    _warn(place.metrics.refusal, language)
    result = data.query_metric(
        name,
        by=shapes.names(by),
        where=shapes.filters(where or []),
        window=data.days(from_, to) if from_ or to else window,
        compare=compare or "",
        order=order or "",
        limit=limit,
    )
    if json_:
        emit(shapes.metric_json(result, language))
        return
    from copilot.findings import Findings
    from copilot.formatting import CURRENCY
    from copilot.planner.compose_metric import metric as written
    from copilot.planner.step import Step

    CURRENCY.set(place.currency)
    out.print(written(Step("metric"), Findings(evidence=[result]), language))


def metrics(
    check: Annotated[Path | None, typer.Option(help="Only check this file of a brand's own metrics.")] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List every metric: unit, owner, and whether the loaded data can tell it."""
    from copilot.brand_metrics import listed, unsupported

    language = spoken(lang)
    place = place_of(workspace)
    if check is not None:
        _check(check, language, json_)
        return
    catalog, data = place.metrics.catalog(), place.data()
    refusal = place.metrics.refusal
    entries = listed(catalog, data)
    if json_:
        rest = {"unsupported": unsupported(catalog), "problems": _problems(refusal, language)}
        emit(localise({"metrics": entries, **rest}, language))
        return
    _warn(refusal, language)
    if data is None:
        err.print(text("metrics.none_loaded", language))
    for entry in localise(entries, language):
        out.print(_line(entry, language))


def _check(path: Path, language: str, json_: bool) -> None:
    from copilot.brand_metrics import read
    from copilot.refusals import worded
    from tools.definitions import BadDefinitions

    try:
        content = path.read_bytes()
    except OSError as error:
        fail(text("metrics.unreadable", language, path=path, reason=error.strerror or type(error).__name__))
    try:
        found = read(content, path.name, path.stem)
    except BadDefinitions as refusal:
        if json_:
            emit({"ok": False, "metrics": [], "problems": _problems(refusal, language)})
        fail(worded(refusal, language))
    own = [name for name, entry in found.metrics.items() if entry.owner == path.stem]
    if json_:
        emit({"ok": True, "metrics": own, "problems": []})
    else:
        out.print(text("metrics.fine", language, source=path.name, count=len(own)))


def _warn(refusal: BadDefinitions | None, language: str) -> None:
    if refusal:
        from copilot.refusals import worded

        err.print(text("metrics.last_good", language, problems=worded(refusal, language)))


def _problems(refusal: BadDefinitions | None, language: str) -> list[dict[str, Any]]:
    from copilot.refusals import reason_in_words

    found = refusal.problems if refusal else []
    return [{"line": each.line, "where": each.where, "reason": reason_in_words(each, language)} for each in found]


def _line(entry: dict[str, Any], language: str) -> str:
    from copilot.refusals import need_in_words

    parts = [entry["name"], entry["title"], text(f"unit.{entry['unit']}", language)]
    parts += [text("metrics.owner", language, owner=entry["owner"])]
    if entry["missing"]:
        comma = {"zh": "、", "en": ", "}[language]
        needs = comma.join(need_in_words(need.split("|")[0], language) for need in entry["missing"])
        parts.append(text("metrics.lacks", language, needs=needs))
    return "  ".join(parts)
