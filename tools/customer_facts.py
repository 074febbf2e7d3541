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


def customer_facts(
    months: Table | None = None, among: Table | None = None, places: Collection[str] = PLACES
) -> Table:
    """One row a customer with a paid order, over all history; sorted by customer.

    Columns: customer_id, first_day, last_day, orders, revenue, order_days, first_month (first day
    of it), refunds (records), refund_amount (their sum: negative, 0 where there is none), preferred_channel,
    city and region (of the latest order that says one).

    Args:
        months: `customer_months`, where it is stored.
        among: whom to count (customer_id); None for everybody.
        places: those of PLACES that any order says; looking for the others costs as much.
    """
    orders = table("orders") if among is None else table("orders").semi_join(among, "customer_id")
    paid = orders.filter(orders.kind == "sale")
    months = _months(paid) if months is None else months
    months = months if among is None else months.semi_join(among, "customer_id")
    totals = months.group_by("customer_id").agg(
        orders=_.orders.sum().cast("int64"), revenue=_.revenue.sum().cast(_MONEY),
        order_days=_.order_days.sum().cast("int32"), first_month=_.month.min(),
    )  # fmt: skip
    told = totals.join(_records(orders, places), "customer_id").left_join(_channels(paid), "customer_id")
    return told.select(table("customer_facts").columns).order_by("customer_id")


def _records(orders: Table, places: Collection[str]) -> Table:
    """First and last day, refunds and places of every customer, in one look at the orders."""
    sold, back = orders.kind == "sale", orders.kind == "refund"
    return orders.group_by("customer_id").agg(
        first_day=_.order_date.min(where=sold), last_day=_.order_date.max(where=sold),
        refunds=_.count(where=back), refund_amount=_.amount.sum(where=back).fill_null(0).cast(_MONEY),
        **{name: latest(orders, name, sold) if name in places else ibis.null("string") for name in PLACES},
    )  # fmt: skip


def _channels(paid: Table) -> Table:
    """Columns: customer_id, preferred_channel."""
    pairs = paid.filter(paid.channel.notnull()).group_by("customer_id", value="channel").agg(
        orders=_.count(), last=_.ordered_at.max()
    )  # fmt: skip
    pairs = ranked(pairs, _UNTIL)
    return pairs.group_by("customer_id").agg(preferred_channel=first_by(pairs, *PREFERRED))


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
