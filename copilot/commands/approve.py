"""`wellspring approve` and `wellspring audit`: what only people decide, and the proof of who did."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, fail, out
from copilot.commands.campaign import desk_of, now, to_each
from copilot.commands.options import Json, Lang, Ws, place_of, spoken


def approve(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Campaigns in review, e.g. campaign-3 or 3.")],
    note: Annotated[str, typer.Option("--note", help="Remark on the approval.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Approve campaigns in review: for a reviewer or an admin who wrote nothing of them."""
    desk = desk_of(workspace)
    to_each(desk, ids, lambda id: desk.approve(id, desk.get(id).version, now(), note=note), spoken(lang), json_)


audit = typer.Typer(help="The trail of everything done with campaigns, chained by hashes.")


@audit.command()
def verify(workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Read the whole trail; exit code 2 where a row was altered, moved, removed or cut off."""
    from copilot.campaigns.wording import verdict_of

    language = spoken(lang)
    found = place_of(workspace).campaign_store.verify()
    if json_:
        emit(found.model_dump(mode="json") | {"whole": found.whole})
    elif found.whole:
        out.print(verdict_of(found, language))
    if not found.whole:
        fail(verdict_of(found, language))


@audit.command("list")
def list_(
    of: Annotated[str, typer.Option("--of", help="Only rows of this campaign, e.g. campaign-3.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List the rows of the trail, the first one first."""
    language = spoken(lang)
    rows = place_of(workspace).campaign_store.trail.entries(of)
    if json_:
        emit({"rows": [row.model_dump(mode="json") for row in rows]})
        return
    lines = [text("audit.line", language, **{**row.model_dump(), "at": f"{row.at:%Y-%m-%d %H:%M:%S}"}) for row in rows]
    out.print("\n".join(lines) or text("audit.none", language))
