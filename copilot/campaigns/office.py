"""What every act on a campaign goes through: who may do it, in which state, and that it is done once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from copilot.campaigns.checks import Checks
from copilot.campaigns.results import ALLOWED, Action, Campaign, Check, Content, State, Step
from copilot.campaigns.seal import seal
from copilot.campaigns.taste import taste
from copilot.campaigns.words import titled
from copilot.lessons.results import Actor, Reach
from tools.errors import BadArgument, NotAllowed
from tools.roles import Deed, may

if TYPE_CHECKING:
    from copilot.campaigns.store import Change
    from copilot.workspace import Workspace
    from tools.drafting.brief import Taste

_AGENT = frozenset({"created", "edited", "submitted"})
"""What the agent may do for a person: propose, and change what nobody reviews yet (`Writing`). Everything else takes
the person."""
_TAKES: dict[Action, Deed] = {
    "created": "propose", "edited": "propose", "submitted": "propose", "commented": "propose", "exported": "export",
    "measured": "propose", "approved": "review", "returned": "review",
}  # fmt: skip


class Office:
    """Reads campaigns of a workspace; what changes them stands in the classes below it."""

    def __init__(self, workspace: Workspace, reach: Reach) -> None:
        self._workspace = workspace
        self._store = workspace.campaign_store
        self._reach: Reach = reach
        self.checks = Checks(workspace)

    def all(self, state: State | str = "") -> list[Campaign]:
        """Campaigns, the latest first; of one state where it is named."""
        return [campaign for campaign in self._store.all() if state in ("", campaign.state)]

    def get(self, id: str) -> Campaign:
        """One campaign. Raises BadArgument for an unknown one."""
        return self._store.get(id)

    def latest(self) -> Campaign:
        """The campaign that was made last. Raises BadArgument where there is none."""
        found = self.all()
        if not found:
            raise BadArgument("campaign_none")
        return found[0]

    def check(self, campaign: Campaign) -> Check:
        """What is known of it before review, on the data and the rules as they are now."""
        return self.checks.check(campaign.content)

    def allows(self, campaign: Campaign, deed: Action) -> bool:
        """Whether whoever is acting may do it to the campaign as it stands."""
        settings = self._workspace.settings
        own = deed == "approved" and settings.four_eyes and settings.user in campaign.authors
        return campaign.state in ALLOWED[deed] and may(settings.role, _TAKES[deed]) and not own

    def holds(self, campaign: Campaign) -> bool:
        """Whether its approval still fits: texts, offer, audience and rule set are those that were approved."""
        return campaign.approval is not None and campaign.approval.seal == self._seal(campaign.content)

    def taste(self, language: str) -> Taste:
        """Accepted texts and rejected phrases, for later drafts."""
        return taste(self._store.all(), language)

    def _actor(self, deed: Action, at: datetime, id: str = "") -> Actor:
        settings = self._workspace.settings
        by = Actor(name=settings.user, role=settings.role, reach=self._reach)
        for_people = self._reach == "agent" and deed not in _AGENT
        if may(settings.role, _TAKES[deed]) and not for_people:
            return by
        self._store.refused(by, at, deed, id)
        if for_people:
            raise NotAllowed("campaign_for_people", deed=titled("deed", deed))
        raise NotAllowed("campaign_not_allowed", deed=titled("deed", deed), role=titled("role", settings.role))

    def _do(self, id: str, version: int, step: Step, content: Content | None = None) -> Campaign:
        def decide(campaign: Campaign) -> Change | None:
            last = campaign.last(step.action)
            if last is not None and last is campaign.history[-1] and last.seal == step.seal:
                return None  # a double click: the other request came first
            self._fits(campaign, version, step.action)
            return step, content

        return self._store.change(id, decide)

    @staticmethod
    def _fits(campaign: Campaign, version: int, deed: Action) -> None:
        """Raises BadArgument where the version is not the latest, or the state does not allow it."""
        if campaign.version != version:
            raise BadArgument("campaign_moved", id=campaign.id, version=version, now=campaign.version)
        if campaign.state not in ALLOWED[deed]:
            raise BadArgument("campaign_state", id=campaign.id, stage=titled("state", campaign.state),
                              deed=titled("deed", deed))  # fmt: skip

    def _seal(self, content: Content) -> str:
        return seal(content, self.checks.audience(content.brief), self.checks.tier_rules(), self.checks.rules)
