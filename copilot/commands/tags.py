"""`wellspring tags`: the behaviour tags, how many customers have each, and what they paid."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot import shapes
from copilot.commands.options import CountBy, Json, Lang, Ws, answer


def tags(
    names: Annotated[str, typer.Option("--tags", help="Only these tags, e.g. lapsing,night_buyer.")] = "",
    tier: Annotated[str, typer.Option(help="Only customers of this tier, e.g. dormant.")] = "",
    as_of: Annotated[str, typer.Option(help="Day, e.g. 2024-11-30; default: the data's last day.")] = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List the behaviour tags with their sizes."""
    from copilot.tagtext import tags_text

    answer(
        lambda data: data.traits.overview(shapes.names(names), tier, as_of), tags_text,
        workspace, lang, json_, count_by,
    )  # fmt: skip
