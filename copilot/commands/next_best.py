"""`wellspring next-best`: what to mention to whom, where and when, and whether a discount is needed."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.catalogue import localise
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken


def next_best(
    customer: Annotated[list[str] | None, typer.Option(metavar="ID", help="A customer; may repeat.")] = None,
    segment: Annotated[str, typer.Option(metavar="NAME[@VERSION]", help="A saved segment, counted.")] = "",
    tier: Annotated[str, typer.Option(help="A tier, counted, e.g. potential.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Choose what to mention, on which channel, at what hour, with a discount or not; default: everybody, counted."""
    from copilot import nextbest
    from copilot.nextbesttext import customer_text, overview_text
    from tools.errors import BadArgument

    language, place = spoken(lang), place_of(workspace)
    if customer:
        if segment or tier:
            raise BadArgument("next_best_either")
        rows = nextbest.next_best_for(place, customer)
        if json_:
            emit({"customers": [row.model_dump(mode="json") for row in rows]})
        else:
            out.print("\n\n".join(customer_text(row, language) for row in rows))
        return
    overview, _each = nextbest.next_best(place, segment=segment, tier=tier)
    if json_:
        emit(localise(overview.model_dump(mode="json"), language))
    else:
        out.print(overview_text(overview, language))
