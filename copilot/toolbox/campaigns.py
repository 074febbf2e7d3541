"""Proposing campaigns. Only proposing: people approve and export elsewhere, whatever a model says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from copilot.campaigns.desk import CampaignDesk
from copilot.findings import Findings, Proposed
from tools.errors import BadArgument


class CampaignTools:
    """Campaigns."""

    def __init__(self, desk: Callable[[], CampaignDesk]) -> None:
        self._desk = desk

    def propose_campaign(self, words: str = "", campaign: str = "", submit: bool = False, note: str = "") -> Findings:
        """Draft a campaign (brief, texts, audience check) from the user's sentence, change a draft, or submit it.

        It never approves, exports or sends anything; a person does that in the page.

        Args:
            words: The campaign, or what to add to one or change of it, in the user's own words: for whom, to what end,
                offer, channels, dates, brand voice; "" for none.
            campaign: Id of a campaign drafted before, e.g. campaign-3; "latest" for the latest, "" for a new one.
            submit: Whether the user asked to hand it to review.
            note: Why it may go out although a rule warns, in the user's words; "" for no reason given.
        """
        desk, at = self._desk(), datetime.now(UTC)
        if words.strip() and not campaign.strip():
            brief = desk.read(words)
            made = desk.propose(brief, at, note=note) if submit else desk.create(brief, at)
        elif not (submit or campaign.strip()):
            raise BadArgument("campaign_words")
        else:
            made = desk.latest() if campaign.strip() in ("", "latest") else desk.get(campaign)
            made = desk.amend(made.id, made.version, words, at) if words.strip() else made
            made = desk.submit(made.id, made.version, at, note=note) if submit else made
        found = desk.check(made)
        figures = [*([found.reach] if found.reach else []), *(test.figure for test in found.earlier)]
        return Findings(evidence=figures, campaign=Proposed(campaign=made, check=found))
