"""Each customer's paid orders, by month and over all history: what cohorts, tags and figures a person count from.

The loader stores these expressions as the tables `customer_months` and `customer_facts`; over a
file of an earlier version, which lacks the tables, the warehouse works them out.
"""

from __future__ import annotations

from datetime import date, datetime

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.preferences import PREFERRED, first_by, latest, ranked
from tools.tables import sales, table

_MONEY = "decimal(18, 4)"
_UNTIL = datetime(2200, 1, 1)
"""Later than any order."""


def expressions() -> dict[str, Table]:
    """Table name -> what it holds."""
    return {"customer_months": customer_months(), "customer_facts": customer_facts()}


def customer_months(since: date | None = None) -> Table:
    """One row a customer and month with a paid order, from the month of `since` on; sorted by both.

    Columns: customer_id, month (its first day), orders, revenue, order_days (days with an order).
    """
    paid = sales()
    if since:
        paid = paid.filter(paid.order_date >= ibis.literal(since.replace(day=1)))
    months = _days(paid).group_by("customer_id", month=_.day.truncate("M").cast("date")).agg(**_sums())
    return months.order_by("customer_id", "month")


def customer_facts() -> Table:
    """One row a customer with a paid order, over all history; sorted by customer.

    Columns: customer_id, first_day, last_day, orders, revenue, order_days, first_month (first day
    of it), refunds (records), refund_amount (their sum: negative, 0 where there is none), preferred_channel,
    city and region (of the latest order that says one).
    """
    bought = _days(sales()).group_by("customer_id").agg(first_day=_.day.min(), last_day=_.day.max(), **_sums())
    orders = table("orders")
    back = orders.filter(orders.kind == "refund").group_by("customer_id").agg(
        refunds=_.count(), refund_amount=_.amount.sum().cast(_MONEY)
    )  # fmt: skip
    both = bought.left_join(back, "customer_id", rname="{name}_back")
    told = both.left_join(_channels(), "customer_id", rname="{name}_channel")
    told = told.left_join(_places(), "customer_id", rname="{name}_place")
    told = told.mutate(
        first_month=told.first_day.truncate("M").cast("date"),
        refunds=told.refunds.fill_null(0), refund_amount=told.refund_amount.fill_null(0).cast(_MONEY),
    )  # fmt: skip
    return told.select(table("customer_facts").columns).order_by("customer_id")


def _channels() -> Table:
    """Columns: customer_id, preferred_channel."""
    paid = sales()
    pairs = paid.filter(paid.channel.notnull()).group_by("customer_id", value="channel").agg(
        orders=_.count(), last=_.ordered_at.max()
    )  # fmt: skip
    pairs = ranked(pairs, _UNTIL)
    return pairs.group_by("customer_id").agg(preferred_channel=first_by(pairs, *PREFERRED))


def _places() -> Table:
    """Columns: customer_id, city, region."""
    paid = sales()
    return paid.group_by("customer_id").agg(city=latest(paid, "city"), region=latest(paid, "region"))


def _days(paid: Table) -> Table:
    # Grouping by day first counts days by counting rows: a distinct count a group costs many times as much.
    return paid.group_by("customer_id", day=paid.order_date).agg(orders=_.count(), revenue=_.amount.sum())


def _sums() -> dict[str, ibis.Deferred]:
    return {
        "orders": _.orders.sum().cast("int64"),
        "revenue": _.revenue.sum().cast(_MONEY),
        "order_days": _.count().cast("int32"),
    }
