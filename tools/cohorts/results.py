"""What cohort questions give back: a triangle over periods, and curves over days."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from tools.results import Evidence, Frozen, Unit

CohortUnit = Literal["week", "month", "quarter"]
Measure = Literal["customers", "retention", "orders", "revenue", "arpu", "ltv"]
UNITS: tuple[CohortUnit, ...] = get_args(CohortUnit)
MEASURES: dict[Measure, Unit] = {
    "customers": "customers", "retention": "percent", "orders": "orders", "revenue": "money",
    "arpu": "money/customer", "ltv": "money/customer",
}  # fmt: skip
"""Every measure with its unit."""


VAGUE = 0.2
"""Widest confidence interval of a share that passes without a remark."""


class CohortCell(Frozen):
    """A cohort in one period since its first; period 0 holds the first order."""

    period: int
    n: int
    """Customers that could be observed in the whole period: what the shares are of."""
    customers: int
    """Those of them with a paid order in the period."""
    orders: int
    revenue: float
    retention: float
    """customers / n."""
    arpu: float
    """revenue / n, of this period alone."""
    ltv: float
    """Revenue per customer up to and with this period: the running sum of `arpu`."""
    partial: bool = False
    """The period ends after the data does: its figures are incomplete and left out of averages."""


class CohortAverage(CohortCell):
    """A period over all cohorts that could be observed to its end, each weighing its customers."""

    cohorts: int


class CohortRow(Frozen):
    cohort: str
    """Canonical name of the period of the first order: "2010-12", "2011-Q1", "2011-W05"."""
    start: date
    customers: int
    small: bool
    """Fewer customers than a share can be trusted for."""
    cells: list[CohortCell]


class CohortTable(Evidence):
    kind: Literal["cohort_table"] = "cohort_table"
    by: CohortUnit
    age_days: int
    """Length of a period counted from each customer's own first order; 0 for calendar periods."""
    measure: Measure
    """The measure asked for; every cell carries all of them."""
    rows: list[CohortRow]
    average: list[CohortAverage]


class Within(Frozen):
    """Customers who ordered again within some days."""

    days: int
    share: float | None
    """Kaplan-Meier estimate over all customers; None where nobody was observed for so long."""
    low: float | None
    high: float | None
    """95 % confidence interval of `share`; None where nobody or everybody ordered again."""
    rate: float | None
    """Plain share of the `observed`; None where there are none."""
    observed: int
    """Customers whose order lies at least `days` before the data's last day."""

    @property
    def vague(self) -> bool:
        """Whether the interval is too wide for the share to tell much."""
        return self.low is not None and self.high - self.low > VAGUE


class CurvePoint(Frozen):
    days: int
    share: float
    """Kaplan-Meier estimate of those who ordered again by then."""
    at_risk: int
    """Customers still observed without a further order."""


class RepurchaseRow(Frozen):
    dimensions: dict[str, str]
    n: int
    again: int
    """Customers who ordered again on a later day, up to the data's last day."""
    rate: float | None
    """again / n, however short the time since the order."""
    median_gap: float | None
    """Median days to the next order of those who placed one; those still waiting are not in it."""
    half_after: int | None
    """Days by which half of all have ordered again (Kaplan-Meier); None where half never did."""
    within: list[Within]
    curve: list[CurvePoint]
    small: bool


class OrderStep(Frozen):
    """From one order day to the next: how many got so far, and how many went on."""

    order: int
    customers: int
    again: int
    rate: float | None


class RepurchaseCurve(Evidence):
    kind: Literal["repurchase_curve"] = "repurchase_curve"
    by: str
    """Dimension that the rows are of; "" for none."""
    after: int
    """Number of the order day that days are counted from: 1 for the first."""
    days: int | None
    """Days within which the headline counts."""
    total: RepurchaseRow
    rows: list[RepurchaseRow]
    steps: list[OrderStep]
