"""`wellspring usage`: what the language model used and cost, day by day or for a thread."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken


def usage(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back, today included.")] = 30,
    thread: Annotated[str, typer.Option(help="Only this thread.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """What the language model used and cost."""
    from copilot.usage import UsageBook
    from copilot.usagetext import days_text, usage_line

    language, place = spoken(lang), place_of(workspace)
    book = UsageBook.open(place.store_path)
    try:
        if thread:
            found = book.thread(thread)
            emit(found.model_dump(mode="json")) if json_ else out.print(usage_line(found, language))
            return
        spent = book.days(place.calendar_day, days)
    finally:
        book.close()
    if json_:
        emit({"days": [each.model_dump(mode="json") for each in spent]})
    else:
        out.print(days_text(spent, language) if spent else text("usage.none", language, count=days))
