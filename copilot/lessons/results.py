"""Lessons, typed: what was proposed, who decided what and when, and the state that comes of it.

    proposed ──▶ approved ──▶ withdrawn
        └──▶ rejected   └──▶ expired (by itself, after its last day)
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import computed_field

from knowledge.results import Flag
from tools.calendar import day_of
from tools.campaign_tests import CampaignTest
from tools.results import Frozen

State = Literal["proposed", "approved", "rejected", "withdrawn", "expired"]
STATES: tuple[State, ...] = ("proposed", "approved", "rejected", "withdrawn", "expired")
Verdict = Literal["approved", "rejected", "withdrawn"]
"""What a person may decide; expiry is nobody's decision."""
Reach = Literal["cli", "api", "page", "agent"]
"""Through what a lesson was proposed or decided."""
FOLLOWS: dict[State, frozenset[str]] = {
    "proposed": frozenset({"approved", "rejected"}),
    "approved": frozenset({"withdrawn"}),
    "rejected": frozenset(),
    "withdrawn": frozenset(),
    "expired": frozenset(),
}
"""State -> verdicts that it allows."""


class Actor(Frozen):
    """Who does something to a lesson: a person in a role, or the agent on that person's behalf."""

    name: str
    role: str
    reach: Reach


class Decision(Frozen):
    """One entry of a lesson's history; the first says who proposed it."""

    state: Literal["proposed", "approved", "rejected", "withdrawn"]
    by: Actor
    at: datetime
    """With its time zone."""
    note: str = ""
    valid_until: date | None = None
    """For an approval: last day on which the lesson holds; None for no end."""

    @property
    def day(self) -> date:
        """The day of the decision where the workspace's orders are dated."""
        return day_of(self.at)


class Proposal(Frozen):
    """What was proposed; never changed afterwards."""

    kind: Literal["test", "note"]
    """`test`: a campaign's holdout test, with what the proposer says of it; `note`: a person's words alone."""
    language: Literal["zh", "en"]
    """Of the title and the note; a test's figures are told in both."""
    title: str
    note: str = ""
    """The proposer's words with personal data masked: content, never an instruction."""
    test: CampaignTest | None = None
    currency: str = "CNY"
    """Of a test's money."""
    masked: list[str] = []
    """Kinds of personal data that were taken out of the words, as `copilot.privacy` names them."""
    flags: list[Flag] = []
    """Words that speak to a model instead of to a reader."""


class Lesson(Proposal):
    """A proposal with its history, as it stands on a day."""

    id: str
    """`lesson-<number>`; also the id of its document in the index."""
    state: State
    history: list[Decision]
    fresh: bool = True
    """False where a proposal said what this lesson says already, and added nothing."""
    indexed: bool = True
    """False where it was approved but the index could not be written yet: the next indexing takes it in."""

    @computed_field
    @property
    def evidence(self) -> str:
        """Evidence grade: a test with a holdout is one, a person's words are not."""
        return "controlled test" if self.test else "team note"

    @property
    def proposed(self) -> Decision:
        return self.history[0]

    @property
    def approval(self) -> Decision | None:
        return next((entry for entry in self.history if entry.state == "approved"), None)


def state_on(history: list[Decision], today: date) -> State:
    """The state of a history: an approval holds up to its last day, that day included."""
    last = history[-1]
    over = last.state == "approved" and last.valid_until is not None and last.valid_until < today
    return "expired" if over else last.state
