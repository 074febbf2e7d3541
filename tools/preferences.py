"""Which of several values is a customer's: the preferred one, the last one."""

from __future__ import annotations

from datetime import datetime

import ibis
from ibis.expr.types import BooleanValue, Table, Value

PREFERRED = ("fewer", "ago", "value")
"""Most orders; of equals the one bought last, then the first by name."""
LAST = ("ago", "fewer", "value")
"""Bought last; of equals the one of most orders, then the first by name."""


def ranked(pairs: Table, until: datetime) -> Table:
    """Pairs of customer and value with what they are ranked by, the first the smallest.

    `pairs` has value, orders and last (when it was bought last), none of it later than `until`.
    """
    return pairs.mutate(ago=ibis.literal(until).delta(pairs["last"], unit="second"), fewer=-pairs.orders)


def first_by(pairs: Table, *keys: str, where: BooleanValue | None = None) -> Value:
    """The value that comes first by these columns of `ranked` pairs."""
    return pairs.value.argmin(ibis.struct({key: pairs[key] for key in keys}), where=where)


def latest(orders: Table, column: str) -> Value:
    """The column's value in the latest order that has one; of orders at one time, in the last by number."""
    last = ibis.struct({"at": orders.ordered_at, "id": orders.order_id})
    return orders[column].argmax(last, where=orders[column].notnull())
