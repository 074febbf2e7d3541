"""What a lifetime study found."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tools.results import Evidence, Frozen, Tier

Reason = Literal["few_repeaters", "short_history", "short_holdout", "bad_calibration", "no_fit"]


class Fitted(Frozen):
    """A model's parameters and its log-likelihood on the customers of the calibration."""

    parameters: dict[str, float]
    log_likelihood: float


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

    @property
    def ratio(self) -> float | None:
        """Expected over actual order days of the holdout."""
        return self.expected_orders / self.holdout_orders if self.holdout_orders else None


class TierOutlook(Frozen):
    """What to expect of a tier's customers after `as_of`."""

    tier: Tier
    customers: int
    p_alive: float | None
    """Mean chance of still being a customer, over those with a repeat order; None without any, and where the model
    cannot tell."""
    at_risk: int
    """Customers with a repeat order whose chance is below one half."""
    one_order: int
    """Customers with one order, of whom the model cannot tell whether they left."""
    overdue: float | None
    """Of those at risk, median of recency over their own mean gap between order days."""
    expected_orders: float
    """Order days in the horizon, all customers together."""
    clv: float | None
    """Expected spend of one customer in the horizon, discounted; None without a spend model."""


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
    horizon_days: int = 365
    discount_rate: float = 0.1
    """A year; CLV discounts each month's spend by it."""
    calibration: Calibration | None = None
    tiers: list[TierOutlook] = []
