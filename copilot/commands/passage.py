"""`wellspring passage ID`: a cited passage, or the whole document that it is from."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, ready_index, spoken
from copilot.passagetext import passage_text


def passage(
    id: Annotated[str, typer.Argument(help="Passage id, as an answer or a search cites it, e.g. smart-definition#1.")],
    whole: Annotated[bool, typer.Option("--whole", help="The whole document, as clean text.")] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Show a cited passage: title, section, page, source, evidence grade, its words."""
    language = spoken(lang)
    place = place_of(workspace)
    ready_index(place, language)
    found = place.knowledge().passage(id, language=language)
    if whole:
        document = place.knowledge().card(found.document, found.language)
        emit(document.model_dump(mode="json")) if json_ else out.print(f"{document.title}\n\n{document.text}")
    elif json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(passage_text(found, language, place.calendar_day))
