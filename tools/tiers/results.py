"""Typed results about tiers over time, beside those of `tools.results`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import computed_field

from tools.results import Bilingual, Evidence, Frozen, Tier
from tools.tiers.decision import RuleResult
from tools.tiers.rules import TierRules


class TierPoint(Frozen):
    """Customers in each tier on a day."""

    as_of: date
    rules_version: str
    tiers: dict[Tier, int]

    @computed_field
    @property
    def customers(self) -> int:
        return sum(self.tiers.values())


class TierSeries(Evidence):
    kind: Literal["tier_series"] = "tier_series"
    points: list[TierPoint]
    rules_version: str


class MovedCustomer(Frozen):
    """One customer who moved; the id is for people, never for a model."""

    customer_id: str
    spend_before: float
    """Paid in the trailing days up to the first day; 0 for new customers."""
    revenue: float
    """Paid between the two days."""
    recency_days: int
    """Days without an order on the second day."""


class MovedCustomers(Evidence):
    """Who moved from one tier to another, the largest spend before first; `value` counts all of them."""

    kind: Literal["moved_customers"] = "moved_customers"
    source: str
    target: Tier
    from_day: date
    to_day: date
    rules_version: str
    customers: list[MovedCustomer]


class ExpectedRow(Frozen):
    """A tier a month on: today's customers, and apart from them the newcomers."""

    tier: Tier
    now: int
    expected: float
    low: float
    high: float
    newcomers: float
    """Further customers with a first order in that month, as many as in an average past month."""


class ExpectedMove(Frozen):
    source: Tier
    target: Tier
    probability: float
    """Share of past customer-months in `source` that ended in `target`."""
    customers: float


class ExpectedTiers(Evidence):
    """Tier sizes a month on, if the moves repeat those of past months; `value` counts who changes tier."""

    kind: Literal["expected_tiers"] = "expected_tiers"
    to_day: date
    rows: list[ExpectedRow]
    moves: list[ExpectedMove]
    months: int
    """Past months whose moves were used; `n` counts the customer-months in them."""
    first_month_end: date
    last_month_end: date
    level: float
    """Share of simulated months between `low` and `high`."""
    checks: int
    """Tier sizes at past month ends that were expected in the same way a month before."""
    held: int
    """How many of them lay between `low` and `high`; near `level` where the moves repeat."""
    newcomers: float
    newcomers_low: float
    newcomers_high: float
    rules_version: str


class ScoreReason(Frozen):
    """One RFM score of a customer."""

    score: int
    value: float
    cut_points: list[float]


class CustomerReason(Frozen):
    """Why a customer is where they are on a day; for people, never for a model."""

    customer_id: str
    as_of: date
    rules_version: str
    settings: TierRules
    """The thresholds of those rules."""
    counted_by: Literal["account", "person"] = "account"
    tier: Tier
    rules: list[RuleResult]
    lifecycle: str
    stages: list[RuleResult]
    recency: ScoreReason
    frequency: ScoreReason
    monetary: ScoreReason
    binning: str
    """How the scores are cut, as in `RfmOverview`."""
    rfm_segment: str
    rfm_title: Bilingual
    definition: Bilingual
    query: str
    notes: list[str] = []
