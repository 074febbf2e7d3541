"""Who is in which tier on a day: the rules, and the one expression that assigns every customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce

import ibis
from ibis import _
from ibis.expr.types import DateScalar, Table

from tools.tables import sales, table
from tools.tiers.decision import Rule, Test, decide
from tools.tiers.rules import TierRules

# First match wins.
TIER_RULES = (
    Rule("dormant", ((Test("recency_days", ">", "dormancy_days", "days"),),)),
    # Among the top fifth of active customers by spend in the trailing year, with 2 orders in it.
    Rule("high", (
        (Test("spend_value", ">=", "high_spend", "money"),),
        (Test("orders_365", ">=", "high_orders", "orders"),),
    )),
    # New, or more spent in the recent half of the trailing year than before it; and a basket or frequency
    # at or above the active median.
    Rule("potential", (
        (Test("age_days", "<=", "dormancy_days", "days"), Test("spend_recent", ">", "spend_earlier", "money")),
        (Test("basket", ">=", "median_basket", "money"), Test("orders_365", ">=", "median_orders", "orders")),
    )),
    Rule("mid", ((Test("spend_value", ">=", "median_spend", "money"),),)),
    Rule("low"),
)  # fmt: skip


def behaviour(as_of: date | DateScalar, rules: TierRules) -> Table:
    """One row a customer with a paid order up to `as_of`.

    Columns: customer_id, first_day, last_day, recency_days, orders, spend (all history),
    orders_365, spend_365 (trailing year, `as_of` included), spend_recent.
    """
    day = _scalar(as_of)
    trailing = _.order_date > _days_before(as_of, rules.trailing_days)
    recent = _.order_date > _days_before(as_of, rules.recent_days)
    past = sales().filter(_.order_date <= day)
    customers = past.group_by("customer_id").agg(
        first_day=_.order_date.min(),
        last_day=_.order_date.max(),
        orders=_.count(),
        spend=_.amount.sum(),
        orders_365=_.count(where=trailing).cast("int32"),
        spend_365=_.amount.sum(where=trailing).fill_null(0).cast("decimal(18, 4)"),
        spend_recent=_.amount.sum(where=recent).fill_null(0),
    )
    return customers.mutate(recency_days=day.delta(customers.last_day, unit="day").cast("int32"))


def measured(as_of: date | DateScalar, rules: TierRules) -> Table:
    """`behaviour` with the values and thresholds that `TIER_RULES` name, in the same row.

    The cut points of the day (high_spend, median_spend, median_basket, median_orders) are the same in
    every row, and NULL where nobody is active.
    """
    customers = behaviour(as_of, rules)
    customers = customers.mutate(
        age_days=_scalar(as_of).delta(customers.first_day, unit="day"),
        spend_value=_.spend_365.cast("float64"),
        spend_earlier=_.spend_365 - _.spend_recent,
        basket=_.spend_365.cast("float64") / _.orders_365.nullif(0),
        dormancy_days=ibis.literal(rules.dormancy_days),
        high_orders=ibis.literal(rules.high_orders),
    )
    cuts = customers.filter(_.recency_days <= rules.dormancy_days).agg(
        high_spend=_.spend_value.quantile(1 - rules.high_share),
        median_spend=_.spend_value.median(),
        median_basket=_.basket.median(),
        median_orders=_.orders_365.cast("float64").median(),
    )
    return customers.cross_join(cuts)


def assign(as_of: date | DateScalar, rules: TierRules) -> Table:
    """Tier of every customer with a paid order up to `as_of`, a day or an expression of one.

    Columns: as_of, customer_id, tier, recency_days, orders_365, spend_365, rules_version.
    """
    everyone = measured(as_of, rules)
    return everyone.select(
        "customer_id", "recency_days", "orders_365", "spend_365",
        as_of=_scalar(as_of), tier=decide(everyone, TIER_RULES), rules_version=ibis.literal(rules.version),
    ).select("as_of", "customer_id", "tier", "recency_days", "orders_365", "spend_365", "rules_version")  # fmt: skip


def members(as_of: date, rules: TierRules, frozen: frozenset[date]) -> Table:
    """Tier membership on a day: from the snapshots where that day is `frozen`, else worked out now."""
    return members_on([as_of], rules, frozen)


def members_on(days: Sequence[date], rules: TierRules, frozen: frozenset[date]) -> Table:
    """Membership on several days, one below the other; columns as of `assign`."""
    parts = [assign(day, rules) for day in days if day not in frozen]
    kept = [day for day in days if day in frozen]
    if kept:
        snapshots = table("tier_snapshots")
        on_days = snapshots.as_of.isin([ibis.literal(day) for day in kept])
        parts.insert(0, snapshots.filter(on_days, snapshots.rules_version == rules.version))
    return reduce(lambda left, right: left.union(right), parts)


def _scalar(day: date | DateScalar) -> DateScalar:
    return ibis.literal(day) if isinstance(day, date) else day


def _days_before(day: date | DateScalar, days: int) -> DateScalar:
    if isinstance(day, date):
        return ibis.literal(day - timedelta(days=days))
    return (day - ibis.interval(days=days)).cast("date")
