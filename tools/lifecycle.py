"""The customer lifecycle: five stages, told from first order, last order and number of orders."""

from __future__ import annotations

import ibis
from ibis.expr.types import StringColumn, Table

from tools.tiers import TierRules

STAGES = ("introduction", "growth", "maturity", "decline", "churned")
GROWTH_DAYS = 180


def stage(customers: Table, rules: TierRules) -> StringColumn:
    """Stage of each row of `tiers.behaviour`; the first that matches wins.

    churned       last order longer ago than the dormancy horizon (the same customers as the dormant tier)
    introduction  one order
    growth        first order within the last 180 days
    decline       last order longer ago than half the horizon
    maturity      the rest
    """
    age = customers.recency_days + customers.last_day.delta(customers.first_day, unit="day")
    return ibis.cases(
        (customers.recency_days > rules.dormancy_days, "churned"),
        (customers.orders == 1, "introduction"),
        (age <= GROWTH_DAYS, "growth"),
        (customers.recency_days > rules.dormancy_days / 2, "decline"),
        else_="maturity",
    )
