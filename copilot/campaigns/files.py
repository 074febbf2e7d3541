"""The send lists of an approved campaign, a folder a channel, in the workspace's own exports folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.sending import export_campaign, senders_of
from tools.errors import BadArgument
from tools.exporting.job import Format
from tools.exporting.senders import GENERIC

if TYPE_CHECKING:
    from copilot.campaigns.desk import CampaignDesk
    from copilot.workspace import Workspace
    from tools.exporting.manifest import Manifest


def write_all(
    workspace: Workspace, desk: CampaignDesk, id: str, at: datetime, *, sender: str = GENERIC, kind: Format = "csv"
) -> list[tuple[Path, Manifest]]:
    """Write every channel's list and note it in the trail; done again it gives what is there.

    A channel that `sender` does not send on gets the generic columns. Raises BadArgument for an unknown sender, and
    as `export_campaign` does.
    """
    release = desk.release(id, at)
    senders = senders_of(workspace)
    if sender not in senders:
        raise BadArgument("sender_unknown", given=sender, alternatives=list(senders))
    written = []
    for channel in dict.fromkeys(draft.channel for draft in release.texts):
        how = sender if channel in senders[sender].channels else GENERIC
        shape = "" if (how, kind) == (GENERIC, "csv") else f"-{how}-{kind}"
        place = workspace.directory / "exports" / f"{release.campaign}-v{release.version}-{channel}{shape}"
        made = export_campaign(workspace, desk, id, place, at=at, channel=channel, sender=how, kind=kind)
        written.append((place, made))
    return written
