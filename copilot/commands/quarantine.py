"""`wellspring quarantine` and `wellspring loads`: what was set aside and why, and the book of loads."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken
from copilot.quarantinetext import loads_json, loads_text, quarantine_json, quarantine_text, shown_to


def quarantine(
    workspace: Ws = None,
    table: Annotated[str, typer.Option(help="Table of the rows, e.g. orders.")] = "",
    reason: Annotated[str, typer.Option(help="Reason, e.g. no_customer.")] = "",
    load: Annotated[str, typer.Option(help="Load id or its beginning; `wellspring loads` lists them.")] = "",
    limit: Annotated[int, typer.Option(help="Rows to show.")] = 20,
    offset: Annotated[int, typer.Option(help="Rows to skip.")] = 0,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Show the rows that loading set aside: counts by file and reason, then the rows in their own words."""
    from tools.quarantine import quarantined

    language = spoken(lang)
    place = place_of(workspace)
    found = quarantined(place.warehouse(), table=table, reason=reason, load=load, limit=limit, offset=offset)
    found = shown_to(place.settings.role, found)
    if json_:
        emit(quarantine_json(found, language))
    else:
        out.print(quarantine_text(found, language))


def loads(workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """List the loads: when, which file, how many rows were read, kept and set aside."""
    from tools.quarantine import loads as all_loads

    language = spoken(lang)
    found = all_loads(place_of(workspace).warehouse())
    if json_:
        emit(loads_json(found, language))
    else:
        out.print(loads_text(found, language))
