"""Jobs for the send desk: from an approved campaign, or from a text somebody wants to try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.nextbesttext import reasons_text
from tools.audience import overlapping
from tools.compliance import load_brand_rules
from tools.errors import BadArgument, NoData
from tools.exporting.desk import SendDesk
from tools.exporting.job import Approval, Audience, Format, SendJob
from tools.exporting.senders import GENERIC, Sender, load_senders
from tools.personalize.template import Text

if TYPE_CHECKING:
    from copilot.campaigns.desk import CampaignDesk
    from copilot.campaigns.results import Release
    from copilot.workspace import Workspace
    from tools.exporting.manifest import Manifest

SENDERS = "senders.yaml"


def send_desk(workspace: Workspace) -> SendDesk:
    """The send desk on the newest data, with the workspace's own senders. Raises NoData while no orders are loaded."""
    data, desk = workspace.data(), workspace.segments()
    if data is None or desk is None:
        raise NoData("nothing_loaded")
    return SendDesk(data, desk, workspace.directory / SENDERS, tell=reasons_text)


def senders_of(workspace: Workspace) -> dict[str, Sender]:
    """Every column mapping by name, the workspace's own among them. Raises BadArgument for a mistake in its file."""
    return load_senders(workspace.directory / SENDERS)


def brand_of(workspace: Workspace, language: str) -> dict[str, object]:
    """What every job takes from its workspace: the profile's brand, address and unsubscribe_url, and rules.yaml."""
    address = workspace.profile.get("address", "")
    address = address.get(language, "") if isinstance(address, dict) else address
    return {
        "brand": workspace.brand(language), "own": load_brand_rules(workspace.directory),
        "fixed": {"brand_address": address} if address else {},
        "unsubscribe_url": workspace.profile.get("unsubscribe_url", ""),
    }  # fmt: skip


def job_of(workspace: Workspace, release: Release, channel: str = "") -> SendJob:
    """The job of one channel of a released campaign; its only channel where none is named.

    Raises BadArgument for a channel that the campaign has no text for.
    """
    texted = {draft.channel for draft in release.texts}
    channels = [channel for channel in release.channels if channel in texted]
    chosen = channel or (channels[0] if len(channels) == 1 else "")
    if chosen not in channels:
        raise BadArgument("send_channel", campaign=release.campaign, given=channel or "-", alternatives=channels)
    first = [] if release.every_channel else channels[: channels.index(chosen)]
    several = overlapping(channels, once=not release.every_channel)
    # Everybody in the approved audience gets the approved text, whatever tier it was first drafted for.
    texts = [Text.of(draft, any_tier=True) for draft in release.texts if draft.channel == chosen]
    return SendJob(
        name=release.name or release.campaign, campaign_id=release.campaign, texts=texts, channel=chosen, earlier=first,
        together=channels if several else [], earliest=release.quiet.end, latest=release.quiet.start,
        audience=Audience(definition=release.audience), segment=release.segment, language=release.language,
        offer=release.offer, holdout=release.holdout, seed=release.seed, cap=release.cap,
        **brand_of(workspace, release.language),
    )  # fmt: skip


def export_campaign(
    workspace: Workspace, desk: CampaignDesk, id: str, out: Path, *, at: datetime, channel: str = "",
    sender: str = GENERIC, kind: Format = "csv", progress: Callable[[int, int], None] = lambda done, total: None,
) -> Manifest:  # fmt: skip
    """Write an approved campaign for one channel and note that in its trail.

    Raises as `CampaignDesk.release` and `SendDesk.export` do.
    """
    release = desk.release(id, at)
    job = job_of(workspace, release, channel)
    approval = Approval(campaign_id=release.campaign, version=release.version, approved_by=release.approved_by,
                        approved_at=release.approved_at, rules_version=release.rules, seal=release.seal,
                        trail=release.trail)  # fmt: skip
    manifest = send_desk(workspace).export(
        job, out, at=at, role=workspace.settings.role, approval=approval, sender=sender, kind=kind, progress=progress
    )
    files = {f"{out.name}/{file.name}": file.sha256 for file in manifest.files}
    desk.exported(id, release.version, files, at)
    return manifest
