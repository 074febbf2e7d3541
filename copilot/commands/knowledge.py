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


def search(
    query: str,
    k: Annotated[int, typer.Option(min=1, max=20, help="How many passages.")] = 5,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Search the knowledge base."""
    language = checked_language(lang)
    place = open_workspace(known_workspace(settings_for(workspace)))
    ready_index(place, language or system_language())
    found = place.knowledge().search(query, k=k, language=language)
    if json_:
        rows = [hit.model_dump(mode="json") for hit in found.results]
        emit({"query": query, "answerable": found.answerable, "confidence": found.confidence, "results": rows})
        return
    out.print(search_text(found, language or system_language()))
