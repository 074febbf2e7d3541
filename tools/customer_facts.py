"""Each customer's paid orders, by month and over all history: what cohorts, tags and figures a person count from.

The loader stores these expressions as the tables `customer_months` and `customer_facts`; over a
file of an earlier version, which lacks the tables, the warehouse works them out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.preferences import PREFERRED, first_by, latest, ranked
from tools.tables import sales, table

PLACES = ("city", "region")
"""Columns of orders that say where a customer is."""
_MONEY = "decimal(18, 4)"
_UNTIL = datetime(2200, 1, 1)
"""Later than any order."""


def expressions() -> dict[str, Table]:
    """Table name -> what it holds."""
    return {"customer_months": customer_months(), "customer_facts": customer_facts()}


def customer_months(since: date | None = None, *, packed: bool = False) -> Table:
    """One row a customer and month with a paid order, from the month of `since` on.

    Columns: customer_id, month (its first day), orders, revenue, order_days (days with an order).
    `packed` counts days as the bits of one number: DuckDB only, in half the time.
    """
    paid = sales()
    if since:
        paid = paid.filter(paid.order_date >= ibis.literal(since.replace(day=1)))
    return _packed_months(paid) if packed else _months(paid)


def customer_channels(since: date | None = None) -> Table:
    """One row a customer and channel of an order (NULL where none is named), of the orders from `since` on.

    Columns: customer_id, channel, first_day, last_day, last (moment of the latest), orders, each of paid orders;
    refunds (records), refund_amount (their sum: negative, 0 where there is none).
    """
    orders = table("orders")
    orders = orders.filter(orders.order_date >= ibis.literal(since)) if since else orders
    sold, back = orders.kind == "sale", orders.kind == "refund"
    return orders.group_by("customer_id", "channel").agg(
        first_day=orders.order_date.min(where=sold), last_day=orders.order_date.max(where=sold),
        last=orders.ordered_at.max(where=sold), orders=orders.count(where=sold),
        refunds=orders.count(where=back), refund_amount=orders.amount.sum(where=back).fill_null(0).cast(_MONEY),
    )  # fmt: skip


def added_channels(before: Table, after: Table) -> Table:
    """`customer_channels` of two parts of the orders as one."""
    return before.union(after).group_by("customer_id", "channel").agg(
        first_day=_.first_day.min(), last_day=_.last_day.max(), last=_["last"].max(),
        orders=_.orders.sum().cast("int64"), refunds=_.refunds.sum().cast("int64"),
        refund_amount=_.refund_amount.sum().cast(_MONEY),
    )  # fmt: skip


def customer_places(places: Collection[str] = PLACES, since: date | None = None) -> Table:
    """One row a customer of a paid order from `since` on: the place that the latest order with one says.

    Columns: customer_id, and those of PLACES that are in `places`.
    """
    paid = sales()
    paid = paid.filter(paid.order_date >= ibis.literal(since)) if since else paid
    return paid.group_by("customer_id").agg(**{name: latest(paid, name) for name in places})


def customer_facts(
    months: Table | None = None, channels: Table | None = None, places: Table | None = None
) -> Table:
    """One row a customer with a paid order, over all history; sorted by customer.

    Columns: customer_id, first_day, last_day, orders, revenue, order_days, first_month (first day
    of it), refunds (records), refund_amount (their sum: negative, 0 where there is none), preferred_channel,
    city and region (of the latest order that says one).

    Args:
        months: `customer_months`, where it is stored.
        channels: `customer_channels`, where they are stored, of everybody or of those to count.
        places: `customer_places`; a place that it lacks stays empty.
    """
    months = _months(sales()) if months is None else months
    channels = customer_channels() if channels is None else channels
    places = customer_places() if places is None else places
    totals = months.group_by("customer_id").agg(
        orders=_.orders.sum().cast("int64"), revenue=_.revenue.sum().cast(_MONEY),
        order_days=_.order_days.sum().cast("int32"), first_month=_.month.min(),
    )  # fmt: skip
    told = totals.join(_over_channels(channels), "customer_id").left_join(places, "customer_id")
    lacking = {name: ibis.null("string") for name in PLACES if name not in places.columns}
    return told.mutate(**lacking).select(table("customer_facts").columns).order_by("customer_id")


def _over_channels(channels: Table) -> Table:
    """First and last day, refunds and preferred channel of every customer."""
    pairs = ranked(channels.rename(value="channel"), _UNTIL)
    return pairs.group_by("customer_id").agg(
        first_day=_.first_day.min(), last_day=_.last_day.max(),
        refunds=_.refunds.sum().cast("int64"), refund_amount=_.refund_amount.sum().cast(_MONEY),
        preferred_channel=first_by(pairs, *PREFERRED, where=_.value.notnull() & (_.orders > 0)),
    )  # fmt: skip


def _months(paid: Table) -> Table:
    # Grouping by day first counts days by counting rows: a distinct count a group costs many times as much.
    days = paid.group_by("customer_id", day=paid.order_date).agg(orders=_.count(), revenue=_.amount.sum())
    return days.group_by("customer_id", month=_.day.truncate("M").cast("date")).agg(
        orders=_.orders.sum().cast("int64"), revenue=_.revenue.sum().cast(_MONEY),
        order_days=_.count().cast("int32"),
    )  # fmt: skip


@ibis.udf.scalar.builtin
def bit_count(bits: int) -> int:
    """DuckDB's number of bits that are 1."""


def _packed_months(paid: Table) -> Table:
    day = ibis.literal(1, "int32") << (paid.order_date.day() - 1)
    return paid.group_by("customer_id", month=paid.order_date.truncate("M").cast("date")).agg(
        orders=_.count(), revenue=_.amount.sum().cast(_MONEY), order_days=bit_count(day.bit_or()).cast("int32")
    )  # fmt: skip
