"""Who is in which tier on a day: the one expression that assigns every customer.

First match wins:
1. dormant    no paid order for longer than the dormancy horizon
2. high       among the top fifth of active customers by spend in the trailing year, with 2 orders in it
3. potential  new (first order within the horizon) or rising (more spent in the recent half of the
              trailing year than in the half before), and basket or frequency at or above the active median
4. mid        spend at or above the active median
5. low        everybody else with an order
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce

import ibis
from ibis import _
from ibis.expr.types import DateScalar, Table

from tools.tables import sales, table
from tools.tiers.rules import TierRules


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
    """`behaviour` with what the rules look at: each customer's values beside the cut points of that day.

    Further columns: active, spend_value, basket (money an order), and high_spend, median_spend,
    median_basket, median_orders, the same in every row (NULL where nobody is active).
    """
    customers = behaviour(as_of, rules).mutate(
        active=_.recency_days <= rules.dormancy_days,
        spend_value=_.spend_365.cast("float64"),
        basket=_.spend_365.cast("float64") / _.orders_365.nullif(0),
    )
    cuts = customers.filter(_.active).agg(
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
    new = _scalar(as_of).delta(everyone.first_day, unit="day") <= rules.dormancy_days
    rising = everyone.spend_recent > everyone.spend_365 - everyone.spend_recent
    promising = (everyone.basket >= everyone.median_basket) | (everyone.orders_365 >= everyone.median_orders)
    tier = ibis.cases(
        (~everyone.active, "dormant"),
        ((everyone.spend_value >= everyone.high_spend) & (everyone.orders_365 >= rules.high_orders), "high"),
        ((new | rising) & promising, "potential"),
        (everyone.spend_value >= everyone.median_spend, "mid"),
        else_="low",
    )
    return everyone.select(
        "customer_id", "recency_days", "orders_365", "spend_365",
        as_of=_scalar(as_of), tier=tier, rules_version=ibis.literal(rules.version),
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
