"""A campaign, typed: its versions, its history, and the state that comes of it.

    draft ──▶ in_review ──▶ approved ──▶ exported ──▶ measured
      ▲           └─▶ returned ◀─┘
      └── any edit, which voids an approval
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import computed_field

from copilot.campaigns.brief import Brief, Gap, QuietHours
from copilot.lessons.results import Actor
from tools.audience import AudienceReach, FrequencyCap
from tools.campaign_tests import CampaignTest
from tools.errors import ToolError
from tools.offer import Offer
from tools.results import Draft, Frozen, Issue
from tools.selection.results import Definition

State = Literal["draft", "in_review", "returned", "approved", "exported", "measured"]
STATES: tuple[State, ...] = ("draft", "in_review", "returned", "approved", "exported", "measured")
Action = Literal["created", "edited", "submitted", "returned", "approved", "exported", "measured", "commented"]
LEADS_TO: dict[Action, State] = {
    "created": "draft", "edited": "draft", "submitted": "in_review", "returned": "returned",
    "approved": "approved", "exported": "exported", "measured": "measured",
}  # fmt: skip
"""Action -> the state after it; a comment changes none."""
ALLOWED: dict[Action, frozenset[State]] = {
    "edited": frozenset({"draft", "in_review", "returned", "approved"}),
    "submitted": frozenset({"draft", "returned"}),
    "returned": frozenset({"in_review", "approved"}),
    "approved": frozenset({"in_review"}),
    "exported": frozenset({"approved", "exported"}),
    "measured": frozenset({"exported"}),
    "commented": frozenset(STATES),
}
"""Action -> states that it may be done in."""


class Content(Frozen):
    """What a version holds, and what an approval is about: the brief and the chosen texts, one or more a channel."""

    brief: Brief
    texts: list[Draft] = []


class Reached(Frozen):
    """What the check of the audience came to when a version was submitted."""

    channel: str
    customers: int
    holdout: int
    left_out: dict[str, int]


class Step(Frozen):
    """One entry of a campaign's history."""

    action: Action
    by: Actor
    at: datetime
    version: int
    """The version that it was done to; for a creation or an edit the one that it made."""
    note: str = ""
    """Comment, reason of a return, or reason for sending in spite of a warning."""
    phrases: list[str] = []
    """For a return: words of the texts that were turned down."""
    seal: str = ""
    """For a submission, an approval or an export: see `copilot.campaigns.seal`."""
    rules: str = ""
    """Version of the rule set that the texts were checked with."""
    reached: list[Reached] = []
    """For a submission."""
    files: dict[str, str] = {}
    """For an export: file name -> SHA-256."""
    test: CampaignTest | None = None
    """For a measurement."""
    voids: bool = False
    """Whether an edit took an approval away."""


class Version(Frozen):
    number: int
    content: Content


class Campaign(Frozen):
    """A campaign as it stands."""

    id: str
    """`campaign-<number>`."""
    versions: list[Version]
    history: list[Step]
    fresh: bool = True
    """False where the call that returned it asked for what was done already, and added nothing."""

    @computed_field
    @property
    def state(self) -> State:
        return next(LEADS_TO[step.action] for step in reversed(self.history) if step.action in LEADS_TO)

    @computed_field
    @property
    def version(self) -> int:
        return self.versions[-1].number

    @property
    def number(self) -> int:
        return int(self.id.rpartition("-")[2])

    @property
    def content(self) -> Content:
        return self.versions[-1].content

    @property
    def brief(self) -> Brief:
        return self.content.brief

    @property
    def texts(self) -> list[Draft]:
        return self.content.texts

    @property
    def authors(self) -> set[str]:
        """Everybody who wrote some of it."""
        return {step.by.name for step in self.history if step.action in ("created", "edited")}

    def last(self, *actions: Action) -> Step | None:
        """The latest entry of these actions for the version as it is."""
        return next(
            (step for step in reversed(self.history) if step.action in actions and step.version == self.version), None
        )

    @property
    def approval(self) -> Step | None:
        """The approval in force; whether it still fits its content is told by its seal."""
        return self.last("approved") if self.state in ("approved", "exported", "measured") else None


class TextIssues(Frozen):
    """What one of the chosen texts breaks."""

    channel: str
    draft: str
    issues: list[Issue]


class Check(Frozen):
    """What is known before review: what is missing, who may be contacted, what was learnt, what the texts break."""

    gaps: list[Gap]
    reach: AudienceReach | None
    """None while no audience or no channel is named."""
    earlier: list[CampaignTest]
    """Holdout tests of earlier campaigns to the tier, the latest first."""
    texts: list[TextIssues]
    rules: str
    obstacles: list[str]
    """Codes of what keeps it from review (`campaign.obstacle.<code>`)."""
    warnings: int
    """Warnings in the texts: with any, whoever submits says why it may be sent nevertheless."""

    @computed_field
    @property
    def ready(self) -> bool:
        return not self.obstacles


@dataclass(frozen=True)
class Outcome:
    """What one act of several came to: the campaign, or the refusal."""

    id: str
    campaign: Campaign | None = None
    error: ToolError | None = None


class Release(Frozen):
    """An approved campaign as whoever renders and exports it needs it."""

    campaign: str
    name: str
    version: int
    texts: list[Draft]
    """The approved texts, of every channel."""
    offer: Offer | None
    language: Literal["zh", "en"]
    channels: list[str]
    """In their order: a customer gets it on the first that reaches them."""
    every_channel: bool
    """Whether a customer gets it on each of them instead."""
    audience: Definition
    """Who it is for, exclusions included."""
    tier: str
    segment: str
    cap: FrequencyCap
    quiet: QuietHours
    holdout: float
    seed: int
    """Of the split into arms: the same campaign is always split alike."""
    approved_by: str
    approved_at: datetime
    rules: str
    seal: str
    trail: str
    """Hash of the approval's row in the audit trail: kept outside, it tells a trail that was made anew."""
