"""Typed results of the data tools: frozen, JSON-safe, each with its evidence.

A result is what people, the grounding check and the evals see. `for_model()` is the
short text a language model reads. Figures are raw (0.314, not "31.4 %"); `unit` says
how to show them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field

Unit = Literal["customers", "orders", "money", "percent", "days", "items", "times", "events", "money/customer"]
Tier = Literal["high", "potential", "mid", "low", "dormant"]
TIERS: tuple[Tier, ...] = ("high", "potential", "mid", "low", "dormant")


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Bilingual(Frozen):
    """The same text in both languages."""

    zh: str
    en: str


class Window(Frozen):
    """Days from `start` to `end`, both included. `start` None means since the first order."""

    start: date | None
    end: date
    label: str
    """Canonical name: "last_30_days", "2024-11", "2024-11-01..2024-11-11", "all"."""
    cut: bool = False
    """Whether the data ends before the days asked for do; `end` is then its last day."""

    @property
    def days(self) -> int | None:
        """How many days it holds; None since the first order."""
        return None if self.start is None else (self.end - self.start).days + 1


class Evidence(Frozen):
    """What every figure carries, whatever tool made it."""

    kind: str
    metric: str
    unit: Unit
    value: float | None
    """The headline figure; None where there is only a table."""
    n: int
    """Rows of the base table behind the figure (orders, customers, …)."""
    window: Window
    filters: dict[str, list[str]] = {}
    as_of: date
    """Last day of the loaded data that the figure can see."""
    definition: Bilingual
    query: str
    """SQL that produced it, in the dialect it ran in."""
    truncated: bool = False
    counted_by: Literal["account", "person"] = "account"
    """What one customer is: an account as loaded, or a person whose accounts are linked."""
    notes: list[str] = []
    """Catalogue keys (`note.<key>`) of caveats to show beside the figure."""


class Compared(Frozen):
    """A figure beside its earlier one."""

    value: float | None
    previous: float | None = None

    @computed_field
    @property
    def difference(self) -> float | None:
        """Value minus previous, in the figure's own unit; None where either is unknown."""
        return None if self.value is None or self.previous is None else self.value - self.previous


class Estimated(Frozen):
    """Ends of a figure's 95 % interval, in its own unit; None where it is counted and not estimated."""

    low: float | None = None
    high: float | None = None


class MetricRow(Compared, Estimated):
    dimensions: dict[str, str]
    n: int
    change: float | None = None
    """Relative change against `previous` (0.1 = up 10 %); a difference of shares for percent units."""
    share: float | None = None
    """Of the total, for metrics whose rows add up to it."""
    contribution: float | None = None
    """Share of the total's change that this row explains, for metrics that add up; sums to 1 over all rows."""
    mix: float | None = None
    """For a rate: what this row's weight in the whole did to it, in the rate's own unit."""
    rate: float | None = None
    """For a rate: what this row's own rate did; mix and rate over all rows sum to the total's difference."""


class Whole(Frozen):
    """What a filtered figure is a share of: the same without the filter on one dimension."""

    without: str
    """The dimension."""
    filters: dict[str, list[str]]
    """Those that it keeps."""
    value: float | None
    share: float | None
    """Of the filtered figure in it; None where it is nothing."""


class MetricResult(Evidence, Compared, Estimated):
    kind: Literal["metric"] = "metric"
    title: Bilingual
    whole: Whole | None = None
    by: list[str] = []
    rows: list[MetricRow] = []
    others: MetricRow | None = None
    """The rows beyond the limit as one, where rows add up: with it a shortened table still sums to the total."""
    comparison: Window | None = None
    change: float | None = None


class TierRow(Frozen):
    tier: Tier
    customers: int
    share: float
    revenue: float
    """Paid amount in the trailing 365 days."""
    revenue_share: float
    orders: int
    aov: float | None
    orders_per_customer: float | None
    median_recency_days: float | None


class TierOverview(Evidence):
    kind: Literal["tier_overview"] = "tier_overview"
    rows: list[TierRow]
    dormancy_days: int
    rules_version: str


class MigrationCell(Frozen):
    source: str
    """Tier on the first day, or "new" (no order yet on that day)."""
    target: Tier
    customers: int
    share: float
    """Of the customers in `source`."""
    revenue: float
    """Paid amount between the two days of the customers in this cell."""


class TierMigration(Evidence):
    kind: Literal["tier_migration"] = "tier_migration"
    from_day: date
    to_day: date
    before: dict[str, int]
    after: dict[str, int]
    cells: list[MigrationCell]
    rules_version: str = ""
    """Rules of the second day, and of the first unless each day was asked for under its own."""

    @computed_field
    @property
    def net(self) -> dict[str, int]:
        """Change in each tier's size between the two days, customers."""
        return {tier: after - self.before.get(tier, 0) for tier, after in self.after.items()}

    @computed_field
    @property
    def joined(self) -> dict[str, int]:
        """Customers of each tier on the second day that were elsewhere, or nowhere yet, on the first."""
        return {tier: sum(c.customers for c in self.cells if c.target == tier != c.source) for tier in self.after}

    @computed_field
    @property
    def left(self) -> dict[str, int]:
        """Customers of each tier on the first day that are elsewhere on the second."""
        return {tier: sum(c.customers for c in self.cells if c.source == tier != c.target) for tier in self.after}


class ComparisonRow(Frozen):
    metric: str
    title: Bilingual
    unit: Unit
    values: dict[str, float | None]
    """Tier -> value."""


class TierComparison(Evidence):
    kind: Literal["tier_comparison"] = "tier_comparison"
    tiers: list[Tier]
    rows: list[ComparisonRow]


class DataDescription(Evidence):
    """What is loaded and what can be asked of it."""

    kind: Literal["data_description"] = "data_description"
    tables: dict[str, int]
    """Table -> rows, the empty ones left out."""
    first_day: date
    last_day: date
    available: list[Bilingual]
    """Titles of the metrics that can be computed."""
    unavailable: dict[str, list[str]]
    """Metric name -> tables it lacks."""


class RfmCell(Frozen):
    """Customers with one recency and one frequency score (1 worst, 5 best)."""

    recency: int
    frequency: int
    customers: int
    share: float
    revenue: float
    """Paid amount to date."""
    monetary: float
    """Mean monetary score."""


class RfmSegmentRow(Frozen):
    """Customers of one named segment; "others" are those whose scores no segment covers."""

    segment: str
    title: Bilingual
    advice: str = ""
    """Goal to aim for with them, as in drafts; "" for none."""
    customers: int
    share: float
    revenue: float
    """Paid amount to date."""
    revenue_share: float
    orders: int
    median_recency_days: float | None


class RfmOverview(Evidence):
    kind: Literal["rfm_overview"] = "rfm_overview"
    cells: list[RfmCell]
    cut_points: dict[str, list[float]]
    """Score -> its four cut points: days since the last order, orders, paid amount."""
    segments: list[RfmSegmentRow] = []
    binning: str = "upper"
    """Bin of a customer on a quintile: upper, lower or r_rfm (see tools/rfm/rules.py); cut_points where given."""
    rules_version: str = ""
    """Hash of ties, cut points and segments."""


class LifecycleRow(Frozen):
    stage: Literal["introduction", "growth", "maturity", "decline", "churned"]
    customers: int
    share: float
    revenue: float
    """Paid amount to date."""
    orders: int
    median_recency_days: float | None


class LifecycleOverview(Evidence):
    kind: Literal["lifecycle_overview"] = "lifecycle_overview"
    rows: list[LifecycleRow]
    rules_version: str = ""


class Issue(Frozen):
    """One finding of the message checker."""

    part: Literal["body", "title"] = "body"
    """Where `start` and `end` count from: the body, or the title (push title, e-mail subject)."""
    rule: str
    severity: Literal["block", "warn"]
    words: str
    start: int
    end: int
    why: Bilingual
    fix: Bilingual
    source: str


class TierFigure(Frozen):
    """One figure of a tier as loaded."""

    name: Literal["customers", "share", "revenue_share", "aov", "orders_per_customer", "median_recency_days"]
    value: float
    unit: Unit


class Playbook(Frozen):
    """The card that a draft follows; `id` opens it (`wellspring passage ID`)."""

    id: str
    title: str
    source: str


class Draft(Frozen):
    """One message template; merge fields stay as `{name}`, never a customer's value."""

    id: str
    tier: Tier
    channel: Literal["sms", "push", "wecom", "email", "banner"]
    goal: str
    language: Literal["zh", "en"]
    angle: str
    title: str = ""
    """Push or banner title, e-mail subject."""
    preheader: str = ""
    body: str
    button: str = ""
    """What a banner's button says."""
    reason: Bilingual
    figures: list[TierFigure] = []
    """The tier's own figures behind it, where data is loaded."""
    playbook: Playbook | None = None
    writer: Literal["library", "model", "person"] = "library"
    """Who worded it: our pattern library, a language model, or somebody by hand."""
    version: int = 1
    parent: str = ""
    """Id of the version before this one."""
    merge_fields: list[str]
    offer: str = ""
    """The offer's own words; `{offer}` reads so after the merge."""
    characters: int
    segments: int
    """SMS segments (0 for other channels)."""
    encoding: str = ""
    """SMS encoding: GSM-7 or UCS-2 ("" for other channels)."""
    issues: list[Issue] = []

    @property
    def sendable(self) -> bool:
        return not any(issue.severity == "block" for issue in self.issues)
