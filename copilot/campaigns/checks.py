"""What is known before review: the audience counted, earlier campaigns to it, the texts held against the rules."""

from __future__ import annotations

from datetime import date

from copilot.campaigns import texts
from copilot.campaigns.brief import Brief, gaps
from copilot.campaigns.results import Check, Content, Reached
from copilot.workspace import Workspace
from tools import few
from tools.audience import AudienceReach
from tools.campaign_tests import CampaignTest, CampaignTests
from tools.compliance import BrandRules, load_brand_rules, version_of
from tools.errors import NoData, ToolError
from tools.roles import may
from tools.segment_data import SegmentData
from tools.selection.desk import SegmentDesk
from tools.selection.results import Definition
from tools.selection.rule import Condition, Group

EARLIER = 3
"""Earlier campaigns that are looked at."""


class Checks:
    """Checks of one workspace's campaigns, on the data as it is now."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def as_of(self) -> date:
        return self._workspace.today

    def check(self, content: Content, *, learnt: bool = True) -> Check:
        """Everything that review asks for; earlier campaigns only where they are to be `learnt` from.

        Raises NoData while no orders are loaded.
        """
        brief = content.brief
        reach = self.reach(brief)
        found = texts.issues(content, brand=self._workspace.brand(brief.language), as_of=self.as_of, own=self._own)
        missing = gaps(brief)
        open_points = [] if not any(gap.needed for gap in missing) else ["gaps"]
        open_points += texts.obstacles(content, found)
        open_points += ["nobody"] if reach and not any(each.customers for each in reach.channels) else []
        open_points += ["over"] if brief.end and brief.end < self.as_of else []
        seen = reach if reach is None or may(self._workspace.settings.role, "rows") else few.reach(reach)
        return Check(
            gaps=missing, reach=seen, earlier=self.earlier(brief, reach) if learnt else [], texts=found,
            rules=self.rules, obstacles=open_points,
            warnings=sum(issue.severity == "warn" for text in found for issue in text.issues),
        )  # fmt: skip

    def reach(self, brief: Brief) -> AudienceReach | None:
        """Whom it may contact on each of its channels; None while no audience or no channel is named."""
        if not (brief.tier or brief.segment) or not brief.channels:
            return None
        audience = self.audience(brief)
        names = [exclusion.name for exclusion in audience.exclusions]
        members = self._segments().members(audience).frame
        audiences = self._data().audiences
        return audiences.reach(members, list(brief.channels), brief.cap, holdout=brief.holdout, exclusions=names,
                               once=not brief.every_channel)  # fmt: skip

    def audience(self, brief: Brief) -> Definition:
        """Who it is for. Raises BadArgument for an unknown segment or an exclusion that is not understood."""
        desk = self._segments()
        if brief.segment:
            chosen = desk.saved(brief.segment).definition
        elif brief.tier:
            chosen = Definition(rule=Group(all=[Condition(trait="tier", op="=", value=brief.tier)]))
        else:
            chosen = Definition()
        return Definition(rule=chosen.rule, exclusions=[*chosen.exclusions, *desk.exclusions(brief.exclusions)])

    def earlier(self, brief: Brief, reach: AudienceReach | None) -> list[CampaignTest]:
        """What the latest campaigns to the same tier came to; those that cannot be told yet are left out."""
        tests, tier = self.tests(), brief.tier or (reach.main_tier if reach else "")
        found: list[CampaignTest] = []
        for campaign in tests.campaigns():
            if campaign.tier != tier or len(found) == EARLIER:
                continue
            try:
                found.append(tests.test(campaign.id))
            except ToolError:  # its time to order is not over, or two campaigns share the name
                continue
        return found

    @property
    def rules(self) -> str:
        """Version of the rule set in force, the brand's own rules among them."""
        return version_of(self._own)

    @property
    def _own(self) -> BrandRules:
        return load_brand_rules(self._workspace.directory)

    def tests(self) -> CampaignTests:
        """Holdout tests in the loaded messages."""
        return self._data().campaign_tests

    def tier_rules(self) -> str:
        """Version of the tier rules: other rules are other people."""
        return self._data().audiences.tiers.rules.version

    def _data(self) -> SegmentData:
        data = self._workspace.data()
        if data is None:
            raise NoData("nothing_loaded")
        return data

    def _segments(self) -> SegmentDesk:
        desk = self._workspace.segments()
        if desk is None:
            raise NoData("nothing_loaded")
        return desk


def reached(reach: AudienceReach | None) -> list[Reached]:
    """The counts of a check as a submission keeps them."""
    return [
        Reached(channel=each.channel, customers=each.customers, holdout=each.holdout,
                left_out={left.exclusion or left.reason: left.customers for left in each.left_out})
        for each in (reach.channels if reach else [])
    ]  # fmt: skip
