"""The send lists of an approved campaign, a folder a channel, in the workspace's own exports folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.sending import export_campaign

if TYPE_CHECKING:
    from copilot.campaigns.desk import CampaignDesk
    from copilot.workspace import Workspace
    from tools.exporting.manifest import Manifest


def write_all(workspace: Workspace, desk: CampaignDesk, id: str, at: datetime) -> list[tuple[Path, Manifest]]:
    """Write every channel's list and note it in the trail; done again it gives what is there.

    Raises as `export_campaign` does.
    """
    release = desk.release(id, at)
    written = []
    for channel in dict.fromkeys(draft.channel for draft in release.texts):
        place = workspace.directory / "exports" / f"{release.campaign}-v{release.version}-{channel}"
        written.append((place, export_campaign(workspace, desk, id, place, at=at, channel=channel)))
    return written
