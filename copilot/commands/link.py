"""`wellspring link`: which accounts are one person (One ID)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from copilot.catalogue import text
from copilot.cli_output import Bar, emit, out, system_language
from copilot.commands.options import Json, Lang, Ws, place_of, spoken

if TYPE_CHECKING:
    from copilot.workspace import Workspace
    from tools.identity.results import LinkReport

commands = typer.Typer(invoke_without_command=True, help="Link the accounts of one person (One ID).")

Ids = Annotated[list[str], typer.Argument(help="Link ids, as `wellspring link review` lists them.")]


@commands.callback()
def link(
    context: typer.Context,
    threshold: Annotated[float | None, typer.Option(help="Match probability from which pairs are linked.")] = None,
    review: Annotated[float | None, typer.Option(help="Match probability from which a person is asked.")] = None,
    truth: Annotated[Path | None, typer.Option(help="JSON with known links, to measure precision and recall.")] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Link the accounts of one person: rules first, then a trained model. A command below reviews or undoes it."""
    if context.invoked_subcommand:
        if any((threshold, review, truth, workspace, lang, json_)):
            raise typer.BadParameter(text("link.options_last", system_language(), command=context.invoked_subcommand))
        return
    from copilot.linking import link as link_accounts

    language = spoken(lang)
    place = _place(workspace)
    with Bar(text("link.linking", language)) as bar:
        report = link_accounts(place, threshold=threshold, review=review, truth=truth, progress=bar.share)
    _show(report, language, json_)


def review(
    limit: Annotated[int, typer.Option(min=1, help="How many pairs at most.")] = 20,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List the pairs that a person should accept or reject, the likeliest first."""
    from copilot.linking import links
    from copilot.linktext import review_text

    waiting = links(_place(workspace)).to_review(limit)
    if json_:
        emit(waiting.model_dump(mode="json"))
    else:
        out.print(review_text(waiting, spoken(lang)))


def accept(ids: Ids, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Say that these pairs are one person."""
    from copilot.linking import decide

    _show(decide(_place(workspace), accept=ids), spoken(lang), json_)


def reject(ids: Ids, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Say that these pairs are not one person; later runs keep them apart."""
    from copilot.linking import decide

    _show(decide(_place(workspace), reject=ids), spoken(lang), json_)


def explain(customer: str, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Say why a customer's accounts are one person."""
    from copilot.linking import links
    from copilot.linktext import explanation_text

    found = links(_place(workspace)).explain(customer)
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(explanation_text(found, spoken(lang)))


def undo(workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Take back the last run or decision."""
    from copilot.linking import undo as take_back

    run = take_back(_place(workspace))
    language = spoken(lang)
    if json_:
        emit({"run": run})
    else:
        out.print(text("link.undone", language, run=run) if run else text("link.undone_all", language))


def use(
    unit: Annotated[Literal["account", "person"], typer.Argument(help="What a customer is by default.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Count customers by account or by person from now on; kept in the profile."""
    place = _place(workspace)
    place.data(unit)  # refuses persons where nothing is linked
    place.count_by(unit)
    language = spoken(lang)
    if json_:
        emit({"count_by": unit})
    else:
        out.print(text("link.counting", language, unit=text(f"link.unit.{unit}", language)))


for command in (review, accept, reject, explain, undo, use):
    commands.command()(command)


def _place(workspace: str | None) -> Workspace:
    return place_of(workspace)


def _show(report: LinkReport, language: str, json_: bool) -> None:
    from copilot.linktext import report_text

    if json_:
        emit(report.model_dump(mode="json"))
    else:
        out.print(report_text(report, language))
