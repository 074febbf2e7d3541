"""`wellspring tags`: the behaviour tags, how many customers have each, and what they paid."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot import shapes
from copilot.catalogue import localise
from copilot.cli_output import emit, out, system_language
from copilot.commands.options import (
    CountBy,
    Json,
    Lang,
    Ws,
    checked_language,
    data_of,
    known_workspace,
    open_workspace,
    settings_for,
)


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
    from copilot.formatting import CURRENCY
    from copilot.tagtext import tags_text

    language = checked_language(lang) or system_language()
    settings = known_workspace(settings_for(workspace))
    found = data_of(settings, language, count_by).traits.overview(shapes.names(names), tier, as_of)
    if json_:
        emit(localise(found.model_dump(mode="json"), language))
        return
    CURRENCY.set(open_workspace(settings).currency)
    out.print(tags_text(found, language))
