"""`wellspring search`: the knowledge base."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.cli_output import emit, out, search_text, system_language
from copilot.commands.options import (
    Json,
    Lang,
    Ws,
    checked_language,
    known_workspace,
    open_workspace,
    ready_index,
    settings_for,
)
from knowledge.filters import Quadrant, Stage
from tools.results import Tier


def search(
    query: str,
    k: Annotated[int, typer.Option(min=1, max=20, help="How many passages.")] = 5,
    type_: Annotated[str | None, typer.Option("--type", help="Only this kind: scenario, case, document …")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Only what concerns this stage.")] = None,
    tier: Annotated[Tier | None, typer.Option(help="Only what concerns this tier.")] = None,
    quadrant: Annotated[Quadrant | None, typer.Option(help="Only what concerns this quadrant.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Only what concerns this scenario, such as cross-sell.")] = None,
    document: Annotated[str | None, typer.Option(help="Only this card or file.")] = None,
    written_in: Annotated[str | None, typer.Option(help="Only passages written in zh or en.")] = None,
    current: Annotated[bool, typer.Option("--current", help="Leave out documents whose validity is over.")] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Search the knowledge base."""
    language = checked_language(lang)
    place = open_workspace(known_workspace(settings_for(workspace)))
    ready_index(place, language or system_language())
    found = place.knowledge().search(
        query, k=k, language=language, as_of=place.calendar_day, expired=not current, type=type_, stage=stage,
        tier=tier, quadrant=quadrant, scenario=scenario, document=document, written_in=checked_language(written_in),
    )  # fmt: skip
    if json_:
        rows = [hit.model_dump(mode="json") for hit in found.results]
        emit({"query": query, "answerable": found.answerable, "confidence": found.confidence, "read_as": found.read_as,
              "cautions": found.cautions, "results": rows})  # fmt: skip
        return
    out.print(search_text(found, language or system_language()))
