"""Traits counted on orders and on the days with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, NumericValue, Table, Value

from tools.tables import sales, table
from tools.traits.scope import Scope, TraitRef
from tools.traits.source import Cut, Source, days_since, ratio

YEAR = 365


def _orders(scope: Scope, refs: list[TraitRef]) -> Table:
    orders = table("orders")
    orders = orders.mutate(day=orders.order_date).filter(orders.order_date <= scope.day)
    refunds = {ref.name for ref in refs} & {"refunds", "refund_rate"}
    return orders if refunds else orders.filter(orders.kind == "sale")


def _sold(cut: Cut) -> BooleanValue:
    return cut.where & (cut.rows.kind == "sale")


def _count(cut: Cut) -> NumericValue:
    return cut.rows.count(where=_sold(cut))


def _spend(cut: Cut) -> NumericValue:
    return cut.rows.amount.sum(where=_sold(cut)).fill_null(0)


def _refunds(cut: Cut) -> NumericValue:
    return cut.rows.count(where=cut.where & (cut.rows.kind == "refund"))


def _last_year(cut: Cut) -> Cut:
    since = ibis.literal(cut.scope.as_of - timedelta(days=YEAR))
    return Cut(cut.rows, cut.where & (cut.rows.day > since), cut.scope)


def _first(cut: Cut) -> Value:
    return cut.rows.day.min(where=_sold(cut))


def _last(cut: Cut) -> Value:
    return cut.rows.day.max(where=_sold(cut))


def _share(cut: Cut, hit: BooleanValue, of: BooleanValue | None = None) -> NumericValue:
    """Share of the paid orders (those with `of`) for which `hit` holds."""
    base = _sold(cut) if of is None else _sold(cut) & of
    return ratio(cut.rows.count(where=base & hit), cut.rows.count(where=base))


def _timed(cut: Cut) -> BooleanValue:
    """Midnight sharp is what a date without a time of day becomes."""
    return cut.rows.ordered_at != cut.rows.ordered_at.truncate("D")


def _in_hours(cut: Cut, hours: tuple[int, int]) -> BooleanValue:
    hour, (first, last) = cut.rows.ordered_at.hour(), hours
    return (hour >= first) & (hour < last) if first < last else (hour >= first) | (hour < last)


def _priced(cut: Cut) -> BooleanValue:
    return cut.rows.list_amount > 0


def _discounted(cut: Cut) -> BooleanValue:
    # Compared in whole hundredths of a percent: money is exact, a share is not.
    kept = round(10_000 * (1 - cut.scope.settings.discounted_from))
    return cut.rows.amount * 10_000 <= cut.rows.list_amount * kept


def _first_discounted(cut: Cut) -> BooleanValue:
    first = ibis.struct({"at": cut.rows.ordered_at, "id": cut.rows.order_id})
    marked = (_priced(cut) & _discounted(cut)).fill_null(False)
    return marked.argmin(first, where=_sold(cut))


def _in_festival(cut: Cut) -> BooleanValue:
    place = cut.rows.day.month() * 100 + cut.rows.day.day()
    found = ibis.literal(False)
    for (month, day), (last_month, last_day) in cut.scope.settings.festival_days:
        found = found | place.between(month * 100 + day, last_month * 100 + last_day)
    return found


ORDERS = Source(
    _orders,
    {
        "recency_days": lambda cut: days_since(cut.scope, _last(cut)),
        "first_order_day": _first,
        "last_order_day": _last,
        "days_since_first_order": lambda cut: days_since(cut.scope, _first(cut)),
        "orders": _count,
        "spend": _spend,
        "units": lambda cut: cut.rows.units.sum(where=_sold(cut)).fill_null(0),
        "refunds": _refunds,
        "refund_rate": lambda cut: ratio(_refunds(cut), _count(cut)),
        "aov": lambda cut: ratio(_spend(cut), _count(cut)),
        "largest_order": lambda cut: cut.rows.amount.max(where=_sold(cut)),
        "orders_365": lambda cut: _count(_last_year(cut)),
        "spend_365": lambda cut: _spend(_last_year(cut)),
        "discount_share": lambda cut: _share(cut, _discounted(cut), _priced(cut)),
        "priced_orders": lambda cut: cut.rows.count(where=_sold(cut) & _priced(cut)),
        "first_order_discounted": _first_discounted,
        "timed_orders": lambda cut: cut.rows.count(where=_sold(cut) & _timed(cut)),
        "night_share": lambda cut: _share(cut, _in_hours(cut, cut.scope.settings.night_hours), _timed(cut)),
        "lunch_share": lambda cut: _share(cut, _in_hours(cut, cut.scope.settings.lunch_hours), _timed(cut)),
        "weekend_share": lambda cut: _share(cut, cut.rows.day.day_of_week.index() >= 5),
        "payday_share": lambda cut: _share(cut, cut.rows.day.day().isin(cut.scope.settings.payday_days)),
        "festival_share": lambda cut: _share(cut, _in_festival(cut)),
    },
)

STORED: dict[str, Callable[[Table, Scope], Value]] = {
    "recency_days": lambda facts, scope: days_since(scope, facts.last_day),
    "first_order_day": lambda facts, scope: facts.first_day,
    "last_order_day": lambda facts, scope: facts.last_day,
    "days_since_first_order": lambda facts, scope: days_since(scope, facts.first_day),
    "orders": lambda facts, scope: facts.orders,
    "spend": lambda facts, scope: facts.revenue,
    "aov": lambda facts, scope: ratio(facts.revenue, facts.orders),
    "order_days": lambda facts, scope: facts.order_days.cast("int64"),
    "preferred_channel": lambda facts, scope: facts.preferred_channel,
    "city": lambda facts, scope: facts.city,
    "region": lambda facts, scope: facts.region,
}
"""Traits that `customer_facts` holds, over all history."""


def _days(scope: Scope, refs: list[TraitRef]) -> Table:
    """One row a customer and day with an order; `gap` the days since the one before."""
    days = sales().filter(_.order_date <= scope.day).select("customer_id", day="order_date").distinct()
    if all(ref.name != "gap_variation" for ref in refs):
        return days
    before = days.day.lag().over(ibis.window(group_by="customer_id", order_by="day"))
    return days.mutate(gap=days.day.delta(before, unit="day").cast("int64"))


def _mean_gap(cut: Cut) -> NumericValue:
    days = cut.rows.day
    return ratio(days.max().delta(days.min(), unit="day"), cut.rows.count() - 1)


def _gap_variation(cut: Cut) -> NumericValue:
    """Sample standard deviation divided by mean, from whole sums: the order of the rows cannot show."""
    gap = cut.rows.gap
    n, total, squares = gap.count().cast("int64"), gap.sum().cast("int64"), (gap * gap).sum().cast("int64")
    return ratio(ratio((n * squares - total * total) * n, n - 1).sqrt(), total)


DAYS = Source(
    _days,
    {
        "order_days": lambda cut: cut.rows.count(where=cut.where),
        "days_between_orders": _mean_gap,
        "gap_variation": _gap_variation,
    },
)


def _baskets(scope: Scope, refs: list[TraitRef]) -> Table:
    """One row a customer with their average order value and the median of all of them."""
    customers = ORDERS.table(scope, [TraitRef("aov"), TraitRef("last_order_day")]).rename(day="last_order_day")
    return customers.cross_join(customers.agg(median=_.aov.median()))


BASKETS = Source(_baskets, {"aov_index": lambda cut: ratio(cut.rows.aov.max(), cut.rows["median"].max())})
