"""The customer lifecycle: five stages, told from first order, last order and number of orders."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from tools.tiers.decision import Rule, Test, decide
from tools.tiers.rules import TierRules

STAGES = ("introduction", "growth", "maturity", "decline", "churned")

# The first that holds. Churned are the same customers as the dormant tier.
STAGE_RULES = (
    Rule("churned", ((Test("recency_days", ">", "dormancy_days", "days"),),)),
    Rule("introduction", ((Test("orders", "=", "one_order", "orders"),),)),
    Rule("growth", ((Test("age_days", "<=", "growth_days", "days"),),)),
    Rule("decline", ((Test("recency_days", ">", "decline_days", "days"),),)),
    Rule("maturity"),
)


def with_stage(customers: Table, rules: TierRules) -> Table:
    """Add `lifecycle`, and the thresholds that `STAGE_RULES` name, to customers with recency_days, orders, age_days."""
    rows = customers.mutate(
        dormancy_days=ibis.literal(rules.dormancy_days), decline_days=ibis.literal(rules.dormancy_days / 2),
        growth_days=ibis.literal(rules.growth_days), one_order=ibis.literal(1),
    )  # fmt: skip
    return rows.mutate(lifecycle=decide(rows, STAGE_RULES))
