"""What tiers are told from, carried from one day to the next: only the orders of the days between are looked at.

The same figures as `tools.tiers.membership.behaviour` counts for one day, for many days in a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from tools.tables import sales, table
from tools.tiers.membership import BEHAVIOUR
from tools.tiers.rules import TierRules

_EPOCH = date(1970, 1, 1)
_SCALE = 10_000
"""Money is carried in whole ten-thousandths, as DECIMAL(18,4) holds it."""
_NONE = -1


NUMBERED = ibis.table({"customer_id": "string", "code": "int32"}, name="numbered_customers")
"""`numbered`, stored for a while."""


def numbered() -> Table:
    """Every customer with a paid order and their number, from 0."""
    order = ibis.window(order_by="customer_id")
    return table("customer_facts").select("customer_id", code=ibis.row_number().over(order).cast("int32"))


def paid_orders() -> Table:
    """Every paid order: code (of its customer), day (since 1970), paid (in ten-thousandths)."""
    return sales().join(NUMBERED, "customer_id").select(
        "code", day=_.order_date.epoch_days().cast("int32"), paid=(_.amount * _SCALE).cast("int64")
    )  # fmt: skip


class Carried:
    """Customers' behaviour on rising days, from `paid_orders`: 16 bytes an order."""

    def __init__(self, names: pa.Array, orders: Iterable[pa.RecordBatch], count: int, rules: TierRules) -> None:
        """`names` are the customers by number, `count` is the number of orders."""
        self._names, self._rules = names, rules
        self._codes, self._days = np.empty(count, np.int32), np.empty(count, np.int32)
        self._paid = np.empty(count, np.int64)
        filled = 0
        for batch in orders:
            part = slice(filled, filled := filled + batch.num_rows)
            for column, name in ((self._codes, "code"), (self._days, "day"), (self._paid, "paid")):
                column[part] = batch[name].to_numpy()
        if (self._days[1:] < self._days[:-1]).any():
            order = np.argsort(self._days, kind="stable")
            self._codes, self._days, self._paid = (each[order] for each in (self._codes, self._days, self._paid))

    def on(self, days: Sequence[date]) -> Iterator[pa.Table]:
        """BEHAVIOUR of everybody with an order up to each of the rising days."""
        size, before = len(self._names), np.iinfo(np.int32).min // 2
        first, last = np.full(size, _NONE, np.int32), np.full(size, _NONE, np.int32)
        orders, spend, recent = np.zeros(size, np.int32), np.zeros(size, np.int64), np.zeros(size, np.int64)
        for day in ((each - _EPOCH).days for each in days):
            came, aged, left = (self._between(before, day, back) for back in (0, self._back[0], self._back[1]))
            codes = self._codes[came]
            # Of several orders of one customer the last assignment stands: the latest, or backwards the first.
            last[codes] = self._days[came]
            new = first[codes] == _NONE
            first[codes[new][::-1]] = self._days[came][new][::-1]
            for slice_, sign in ((came, 1), (left, -1)):
                np.add.at(orders, self._codes[slice_], np.int32(sign))
                np.add.at(spend, self._codes[slice_], sign * self._paid[slice_])
            for slice_, sign in ((came, 1), (aged, -1)):
                np.add.at(recent, self._codes[slice_], sign * self._paid[slice_])
            known = np.flatnonzero(first != _NONE)
            yield self._table(known, *(each[known] for each in (first, last, orders, spend, recent)))
            before = day

    @property
    def _back(self) -> tuple[int, int]:
        return self._rules.recent_days, self._rules.trailing_days

    def _between(self, before: int, day: int, back: int) -> slice:
        """Orders that became older than `back` days after one day and up to another."""
        start, end = np.searchsorted(self._days, [before - back, day - back], side="right")
        return slice(int(start), int(end))

    def _table(self, known: np.ndarray, first: np.ndarray, last: np.ndarray, orders: np.ndarray,
               spend: np.ndarray, recent: np.ndarray) -> pa.Table:  # fmt: skip
        columns = [
            self._names.take(pa.array(known)), pa.array(first).cast(pa.date32()), pa.array(last).cast(pa.date32()),
            pa.array(orders), _money(spend), _money(recent),
        ]  # fmt: skip
        return pa.table(dict(zip(BEHAVIOUR, columns, strict=True)))


def _money(units: np.ndarray) -> pa.Array:
    """Ten-thousandths as decimals: 128 bits each, of which the upper half repeats the sign."""
    wide = np.empty((len(units), 2), np.int64)
    wide[:, 0], wide[:, 1] = units, units >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(units), [None, pa.py_buffer(wide)])
