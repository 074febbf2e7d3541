"""What tiers are told from, carried from one day to the next: only the orders of the days between are looked at.

The same figures as `tools.tiers.membership.behaviour` counts for one day, for many days in a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from tools.tables import sales
from tools.tiers.membership import BEHAVIOUR
from tools.tiers.rules import TierRules

_EPOCH = date(1970, 1, 1)
_SCALE = 10_000
"""Money is carried in whole ten-thousandths, as DECIMAL(18,4) holds it."""
_NONE = -1


def paid_orders() -> Table:
    """Every paid order: customer_id, day (since 1970), paid (in ten-thousandths)."""
    return sales().select(
        "customer_id", day=_.order_date.epoch_days().cast("int32"), paid=(_.amount * _SCALE).cast("int64")
    )


class Carried:
    """Customers' behaviour on rising days, from `paid_orders`."""

    def __init__(self, orders: Iterable[pa.RecordBatch], rules: TierRules) -> None:
        # Batch by batch, so that no customer's number is held once for every order.
        batches = [(batch["customer_id"].dictionary_encode(), batch["day"], batch["paid"]) for batch in orders]
        customers, days, paid = (pa.chunked_array(parts) for parts in zip(*batches, strict=True))
        customers = customers.unify_dictionaries()
        self._names, self._codes = customers.chunk(0).dictionary, _joined(each.indices for each in customers.chunks)
        self._days, self._paid = _joined(days.chunks), _joined(paid.chunks)
        if (np.diff(self._days) < 0).any():
            order = np.argsort(self._days, kind="stable")
            self._codes, self._days, self._paid = (each[order] for each in (self._codes, self._days, self._paid))
        self._rules = rules

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


def _joined(parts: Iterable[pa.Array]) -> np.ndarray:
    return np.concatenate([part.to_numpy() for part in parts])


def _money(units: np.ndarray) -> pa.Array:
    """Ten-thousandths as decimals: 128 bits each, of which the upper half repeats the sign."""
    wide = np.empty((len(units), 2), np.int64)
    wide[:, 0], wide[:, 1] = units, units >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(units), [None, pa.py_buffer(wide)])
