"""What linking hands back: counts, links and reasons; never a name, phone or address."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tools.identity.clusters import Decision, Reason
from tools.identity.figures import Agreement
from tools.results import Evidence, Frozen


class SharedValues(Frozen):
    """Values of one field that too many accounts hold to be evidence."""

    rule: str
    values: int
    accounts: int
    """Accounts that hold one of them."""
    example: str
    """An account that holds the most shared one."""


class LinkReport(Frozen):
    """What one run came to."""

    run: int
    accounts: int
    persons: int
    merged: int
    """Accounts that share their person with another."""
    largest: int
    """Accounts of the largest person."""
    links: dict[str, int]
    """Rule ("phone", "email+phone", "model", "accepted") -> pairs linked."""
    to_review: int
    shared: list[SharedValues]
    threshold: float
    review: float
    learned_by: list[str]
    """Fields among whose pairs the model learned; empty where the priors hold."""
    rules_only: Agreement | None = None
    """How the certain links alone agree with the truth, where one is known."""
    agreement: Agreement | None = None
    """How all links together do."""


class FieldEvidence(Frozen):
    """How one field compares: its level, and its match weight in bits (None where no model scored it)."""

    field: str
    level: str
    bits: float | None


class LinkView(Frozen):
    link_id: str
    one: str
    other: str
    rule: str
    """Fields that are equal and settle it, joined by "+"; "" for a probabilistic link."""
    probability: float
    decision: Decision
    reason: Reason
    fields: list[FieldEvidence]


class ReviewList(Frozen):
    run: int
    to_review: int
    links: list[LinkView]


class LinkExplanation(Frozen):
    """Why these accounts are one person."""

    run: int
    person_id: str
    members: list[str]
    links: list[LinkView]
    """Links among the members."""
    doubts: list[LinkView]
    """Links of a member that are not in force: to review, or rejected."""
    conflicts: dict[str, int]
    """Field -> how many different values the members hold, where more than one."""


class LinkOverview(Evidence):
    """The run in force. `value` is the number of persons, `n` that of the accounts it looked at."""

    kind: Literal["link_overview"] = "link_overview"
    run: int
    made_at: datetime
    merged: int
    to_review: int
    links: dict[str, int]
    """Rule -> pairs linked, as in `LinkReport`."""
    new_accounts: int
    """Accounts loaded since, which no run has looked at."""
