"""What is asked for: one campaign's texts, audience and arms, and the approval that allows sending them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Literal

from pydantic import Field

from tools.audience import FrequencyCap
from tools.compliance.brand_rules import BrandRules
from tools.compliance.message import Channel
from tools.errors import BadArgument
from tools.offer import Language, Offer
from tools.personalize.template import Setting, Text
from tools.results import Frozen, Tier
from tools.selection.results import Definition

EARLIEST, LATEST = time(8), time(20)
"""Local hours between which messages may go out: what every vendor's own window allows."""


class Approval(Frozen):
    """That a person allowed these texts to be sent."""

    campaign_id: str
    version: int = 0
    """Version of the campaign."""
    approved_by: str
    approved_at: datetime
    rules_version: str
    """Rule set that they were checked with then."""
    seal: str = ""
    """Hash of all that was approved."""
    trail: str = ""
    """Head of the audit trail when it was released."""


class Audience(Frozen):
    """Whom a campaign is for: tiers, a saved segment, customers by number or a rule; exactly one of them."""

    tiers: list[Tier] = []
    segment: str = ""
    """Saved segment, "name" or "name@2"."""
    customer_ids: list[str] = []
    definition: Definition | None = None


class SendJob(Frozen):
    """One campaign on one channel in one language."""

    name: str
    campaign_id: str = ""
    """What the campaign is called in the data; its name where it has none."""
    texts: list[Text] = Field(min_length=1)
    audience: Audience
    segment: str = ""
    """Saved segment that a rule of `audience` comes from, where it has a name."""
    channel: Channel
    earlier: list[Channel] = []
    """Channels of the campaign that come first: who may be written to on one of them gets no message on this one."""
    together: list[Channel] = []
    """All channels of a campaign that reaches a customer on several of them: who is held out is held out on each."""
    language: Language = "zh"
    offer: Offer | None = None
    brand: str = ""
    own: BrandRules = BrandRules()
    """The brand's own rules, see `load_brand_rules`."""
    fixed: dict[str, str] = {}
    """Merge fields that are the same for everybody, beside the offer's: brand_address, …"""
    holdout: float = 0.1
    """Share held out of every tier."""
    seed: int = 0
    exclude: list[str] = []
    """Lists, saved segments or words that leave people out."""
    cap: FrequencyCap = FrequencyCap()
    send_at: datetime | None = None
    """When it is to go out, in the workspace's time zone."""
    earliest: time = EARLIEST
    latest: time = LATEST
    """The hours that it may go out in; outside EARLIEST to LATEST they allow nothing more."""
    unsubscribe_url: str = ""
    """E-mail: https address of the one-click way out; `{token}` in it becomes the receiver's own."""

    @property
    def setting(self) -> Setting:
        return Setting(self.channel, self.language, self.offer, self.brand, self.fixed, self.own)

    @property
    def window(self) -> tuple[time, time]:
        """Between which hours it may go out."""
        return max(self.earliest, EARLIEST), min(self.latest, LATEST)

    def check(self) -> None:
        """Raises BadArgument for an audience that is none or several, quiet hours, or an open way out of e-mails."""
        asked = self.audience
        if sum(map(bool, (asked.tiers, asked.segment, asked.customer_ids, asked.definition))) != 1:
            raise BadArgument("send_audience")
        first, last = self.window
        if self.send_at and not first <= self.send_at.time() <= last:
            raise BadArgument("send_quiet_hours", given=f"{self.send_at:%H:%M}", earliest=f"{first:%H:%M}",
                              latest=f"{last:%H:%M}")  # fmt: skip
        if self.unsubscribe_url and not self.unsubscribe_url.startswith("https://"):
            raise BadArgument("unsubscribe_not_https")


Format = Literal["csv", "xlsx"]
