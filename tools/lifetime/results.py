"""What a lifetime study found."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import computed_field

from tools.results import Bilingual, Evidence, Frozen, Tier

HORIZON = 365
"""Days looked ahead, unless told otherwise."""
Reason = Literal["few_repeaters", "short_history", "short_holdout", "bad_calibration", "no_fit"]


class Fitted(Frozen):
    """A model's parameters and its log-likelihood on the customers of the calibration."""

    parameters: dict[str, float]
    log_likelihood: float
    converged: bool = True
    """Whether the fit arrived at a maximum within its limit of steps."""


class CalibrationRow(Frozen):
    """Customers grouped before the holdout: what the model expected of them in it, and what they did."""

    group: str
    """Repeat orders up to the calibration's end ("0" to "7+"), or the decile of expectation ("1" the lowest)."""
    customers: int
    expected: float
    """Mean order days a customer."""
    actual: float


class Calibration(Frozen):
    """BG/NBD fitted up to `end`, held against the days after it."""

    end: date
    until: date
    customers: int
    repeaters: int
    repeat_orders: int
    holdout_orders: int
    expected_orders: float
    check_orders: float | None
    """What Pareto/NBD expects in the same days; None where it has no maximum."""
    by_repeats: list[CalibrationRow]
    by_decile: list[CalibrationRow]

    @computed_field
    @property
    def error(self) -> float | None:
        """Expected over actual order days of the holdout, less one: 0.1 = a tenth too many."""
        return self.expected_orders / self.holdout_orders - 1 if self.holdout_orders else None


class RiskDriver(Frozen):
    """A trait that goes with a higher or lower churn risk among a tier's customers with a repeat order."""

    trait: str
    title: Bilingual
    value: str = ""
    """For a trait of several values, the one that the customers have."""
    input: bool
    """Whether the model works the risk out from it; such a difference holds by construction."""
    customers: int
    """With the trait."""
    others: int
    risk: float
    """Mean churn risk of those with the trait."""
    others_risk: float
    difference: float
    """Of the two among customers of about the same time since the first order."""
    low: float
    high: float
    """Ends of its 95 % interval over all traits looked at in the tier together."""


class TierOutlook(Frozen):
    """What to expect of a tier's customers after `as_of`."""

    tier: Tier
    customers: int
    churn_risk: float | None = None
    """Mean chance of having left, over those with a repeat order; None without any, and where the model cannot
    tell."""
    risk_low: float | None = None
    risk_high: float | None = None
    """Ends of the 95 % interval of the share that has left."""
    at_risk: int
    """Customers with a repeat order whose churn risk is above one half."""
    one_order: int
    """Customers with one order, of whom the model cannot tell whether they left."""
    overdue: float | None
    """Of those at risk, median of recency over their own mean gap between order days."""
    expected_orders: float
    """Order days in the horizon, all customers together."""
    clv: float | None
    """Expected spend of one customer in the horizon, discounted; None without a spend model."""
    looked_at: int = 0
    """Traits with enough customers on either side to be held against the risk."""
    drivers: list[RiskDriver] = []
    """Those whose interval leaves out zero, the largest difference first."""

    @computed_field
    @property
    def p_alive(self) -> float | None:
        """Mean chance of still being a customer."""
        return None if self.churn_risk is None else 1 - self.churn_risk


class CustomerOutlook(Evidence):
    """One customer as the model sees them; `value` is the expected order days, None where `reason` says why not."""

    kind: Literal["customer_outlook"] = "customer_outlook"
    customer_id: str
    reason: Reason | None = None
    reason_params: dict[str, float] = {}
    time_unit: Literal["weeks", "days"]
    horizon_days: int
    discount_rate: float
    repeats: int
    """Order days after the first (x in the literature)."""
    recency: float
    """From the first to the last order day, in time units (t_x)."""
    age: float
    """From the first order day to the last day fitted on, in time units (T)."""
    p_alive: float | None = None
    """None also before the first repeat order: the model cannot tell."""
    spend: float | None = None
    """Expected spend of an order day."""
    clv: float | None = None


class LifetimeReport(Evidence):
    """`value` is the expected order days of all customers in the horizon; None where `reason` says why not."""

    kind: Literal["lifetime"] = "lifetime"
    reason: Reason | None = None
    reason_params: dict[str, float] = {}
    time_unit: Literal["weeks", "days"] = "weeks"
    calibration_end: date
    """Last day the parameters below were fitted on."""
    customers: int = 0
    repeaters: int = 0
    repeat_orders: int = 0
    holdout_orders: int | None = None
    bgnbd: Fitted | None = None
    pareto: Fitted | None = None
    """Fitted on the days before the calibration's holdout."""
    gamma_gamma: Fitted | None = None
    spend_correlation: float | None = None
    """Of repeat orders and mean spend over repeaters; Gamma-Gamma assumes none."""
    new_customer_orders: float | None = None
    """Order days expected of a new customer in the horizon, after the first."""
    new_customer_clv: float | None = None
    """Expected spend of a new customer in the horizon after the first order, discounted; None without a spend model."""
    horizon_days: int = 365
    discount_rate: float = 0.1
    """A year; CLV discounts each month's spend by it."""
    calibration: Calibration | None = None
    tiers: list[TierOutlook] = []
    risk_definition: Bilingual | None = None
    """What churn risk is, and how its drivers are found."""

    @computed_field
    @property
    def customer_equity(self) -> float | None:
        """CLV of today's customers together."""
        known = [row.clv * row.customers for row in self.tiers if row.clv is not None]
        return sum(known) if known else None
