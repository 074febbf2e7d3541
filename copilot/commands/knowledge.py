"""`wellspring search | index`: the knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import Bar, emit, out, search_text, system_language
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


def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Your documents or folders.")] = None,
    workspace: Ws = None,
    json_: Json = False,
) -> None:
    """Add your own documents to the knowledge index (or just bring it up to date)."""
    language = system_language()
    place = open_workspace(settings_for(workspace))
    place.prepare()
    with Bar(text("cli.indexing", language)) as bar:
        report = place.build_index(paths or [], progress=bar.count)
    if json_:
        emit(report.model_dump(mode="json"))
    else:
        out.print(
            text(
                "cli.indexed",
                language,
                documents=report.documents,
                passages=report.passages,
                added=len(report.added),
                updated=len(report.updated),
            )
        )
