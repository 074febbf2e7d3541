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

MONEY = "decimal(18, 4)"

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

    Columns: customer_id, first_day, last_day, recency_days, orders, spend (all history), orders_365,
    spend_365 (trailing year, `as_of` included), spend_recent.
    """
    trailing = _.order_date > _days_before(as_of, rules.trailing_days)
    recent = _.order_date > _days_before(as_of, rules.recent_days)
    past = sales().filter(_.order_date <= _scalar(as_of))
    customers = past.group_by("customer_id").agg(
        first_day=_.order_date.min(),
        last_day=_.order_date.max(),
        orders=_.count(),
        spend=_.amount.sum(),
        orders_365=_.count(where=trailing).cast("int32"),
        spend_365=_.amount.sum(where=trailing).fill_null(0).cast(MONEY),
        spend_recent=_.amount.sum(where=recent).fill_null(0),
    )
    return _with_recency(customers, as_of)


def _with_recency(customers: Table, as_of: date | DateScalar) -> Table:
    return customers.mutate(recency_days=_scalar(as_of).delta(customers.last_day, unit="day").cast("int32"))


BEHAVIOUR = {
    "customer_id": "string", "first_day": "date", "last_day": "date",
    "orders_365": "int32", "spend_365": MONEY, "spend_recent": MONEY,
}  # fmt: skip
"""What tiers are told from."""


def latest_behaviour(as_of: date | DateScalar, rules: TierRules) -> Table:
    """BEHAVIOUR on the last day of the data or later, from stored facts and the orders of the trailing days."""
    trailing = table("orders").filter(_.kind == "sale", _.order_date > _days_before(as_of, rules.trailing_days))
    recent = trailing.order_date > _days_before(as_of, rules.recent_days)
    sums = trailing.group_by("customer_id").agg(
        orders_365=_.count(), spend_365=_.amount.sum(), spend_recent=_.amount.sum(where=recent)
    )
    everybody = table("customer_facts").select("customer_id", "first_day", "last_day")
    customers = everybody.left_join(sums, "customer_id")
    return customers.mutate(**{name: customers[name].fill_null(0) for name in list(BEHAVIOUR)[3:]})


def measured(as_of: date | DateScalar, rules: TierRules, customers: Table | None = None) -> Table:
    """`behaviour` with the values and thresholds that `TIER_RULES` name, in the same row.

    `customers` is the behaviour, where it was worked out already. The cut points of the day (high_spend,
    median_spend, median_basket, median_orders) are the same in every row, and NULL where nobody is active.
    """
    customers = behaviour(as_of, rules) if customers is None else _with_recency(customers, as_of)
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


def assign(as_of: date | DateScalar, rules: TierRules, customers: Table | None = None) -> Table:
    """Tier of every customer with a paid order up to `as_of`, a day or an expression of one.

    `customers` is their behaviour on that day, where it was worked out already.
    Columns: as_of, customer_id, tier, recency_days, orders_365, spend_365, rules_version.
    """
    everyone = measured(as_of, rules, customers)
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
