"""The five tiers: the rules, and the one expression that assigns every customer on a day.

First match wins:
1. dormant    no paid order for longer than the dormancy horizon
2. high       among the top fifth of active customers by spend in the trailing year, with 2 orders in it
3. potential  new (first order within the horizon) or rising (more spent in the recent half of the
              trailing year than in the half before), and basket or frequency at or above the active median
4. mid        spend at or above the active median
5. low        everybody else with an order
"""

from __future__ import annotations

import hashlib
import json
import math
from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import DateScalar, Table

from tools.results import Frozen
from tools.tables import gaps, sales, table


class TierRules(Frozen):
    """Every threshold of the tiers; `version` changes with any of them."""

    dormancy_days: int
    trailing_days: int = 365
    recent_days: int = 182
    high_share: float = 0.2
    """Share of active customers, by spend, that counts as high-value."""
    high_orders: int = 2

    @property
    def version(self) -> str:
        """Short hash of the thresholds."""
        text = json.dumps(self.model_dump(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


DORMANCY_QUANTILE = 0.9
DORMANCY_BOUNDS = (60, 365)


def rules_from_gaps(quantile: float | None) -> TierRules:
    """Rules whose horizon is `quantile` days, rounded up and kept within the bounds.

    None (nobody ordered on two days) gives the widest horizon: calling a customer dormant needs evidence.
    """
    least, most = DORMANCY_BOUNDS
    return TierRules(dormancy_days=most if quantile is None else min(max(math.ceil(quantile), least), most))


def dormancy_quantile() -> Table:
    """One row: the 90th percentile (type 7) of repeat customers' gaps between order days."""
    return gaps().agg(horizon=_.gap.cast("float64").quantile(DORMANCY_QUANTILE))


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


def assign(as_of: date | DateScalar, rules: TierRules) -> Table:
    """Tier of every customer with a paid order up to `as_of`, a day or an expression of one.

    Columns: as_of, customer_id, tier, recency_days, orders_365, spend_365, rules_version.
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
    everyone = customers.cross_join(cuts)
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


def _scalar(day: date | DateScalar) -> DateScalar:
    return ibis.literal(day) if isinstance(day, date) else day


def _days_before(day: date | DateScalar, days: int) -> DateScalar:
    if isinstance(day, date):
        return ibis.literal(day - timedelta(days=days))
    return (day - ibis.interval(days=days)).cast("date")


def members(as_of: date, rules: TierRules, frozen: frozenset[date]) -> Table:
    """Tier membership on a day: from the snapshots where that day is `frozen`, else worked out now."""
    if as_of not in frozen:
        return assign(as_of, rules)
    snapshots = table("tier_snapshots")
    return snapshots.filter(snapshots.as_of == ibis.literal(as_of), snapshots.rules_version == rules.version)
