"""`wellspring erase`: take a person out of the workspace, for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken


def erase(
    who: Annotated[list[str], typer.Argument(help="Customer number, phone, e-mail, member number; several if known.")],
    documents: Annotated[bool, typer.Option("--documents", help="Remove documents that mention the person.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Erase a person: tables, conversations, lists, exports. Past figures stay; nothing leads back to the person."""
    from copilot.erasing.desk import ErasureDesk
    from copilot.erasing.wording import told

    language, place = spoken(lang), place_of(workspace)
    if not yes:
        typer.confirm(text("erasing.sure", language), abort=True, err=True)
    done = ErasureDesk(place, "cli").erase(who, at=datetime.now(UTC), with_documents=documents)
    if json_:
        emit(done.model_dump(mode="json"))
    else:
        out.print(told(done, language))
