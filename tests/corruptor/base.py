"""Damage to an export, and what a loader owes the user for it.

An oracle is computed here from the undamaged rows, in plain Python, without the loader: which
rows must be kept, which set aside and why, or that the file must be refused.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

ORDER, DAY, CUSTOMER, PAID, STATUS = "订单号", "下单时间", "会员ID", "实付金额", "订单状态"
HEADER = [ORDER, DAY, CUSTOMER, PAID, "原价金额", "件数", "渠道", "城市", STATUS]

Row = dict[str, str]
Kind = Callable[[Random, list[Row]], "Broken"]


@dataclass(frozen=True)
class Broken:
    """A damaged file with its oracle: refused with one of `codes`, or loaded so."""

    name: str
    content: bytes
    codes: tuple[str, ...] = ()
    kept: list[Row] = field(default_factory=list)
    """Rows as they must count: amounts below zero are refunds."""
    aside: Counter[str] = field(default_factory=Counter)
    beside: list[Row] = field(default_factory=list)
    """Refunds that come from rows among `kept`."""

    @property
    def read(self) -> int:
        return len(self.kept) + self.aside.total()

    @property
    def totals(self) -> Counter[tuple[str, Decimal]]:
        """(kind, amount) of every order or refund that must be there."""
        paid = [Decimal(row[PAID]) for row in self.kept + self.beside]
        return Counter(("sale" if amount > 0 else "refund", amount) for amount in paid)


KINDS: dict[str, Kind] = {}


def kind(damage: Kind) -> Kind:
    KINDS[damage.__name__] = damage
    return damage


def refused(content: bytes, *codes: str, name: str = "orders.csv") -> Broken:
    return Broken(name, content, codes)


def loaded(
    content: bytes, kept: Iterable[Row], aside: dict[str, int] | None = None, *,
    name: str = "orders.csv", beside: Iterable[Row] = (),
) -> Broken:  # fmt: skip
    return Broken(name, content, kept=list(kept), aside=Counter(aside or {}), beside=list(beside))


def text(
    rows: Sequence[Row | Sequence[str]], header: Sequence[str] = HEADER, *, labels: Sequence[str] | None = None,
    delimiter: str = ",", encoding: str = "utf-8", end: str = "\n", above: str = "",
) -> bytes:  # fmt: skip
    """A text file; a row that is a list is written as it is. `labels` replaces the header's words."""
    out = io.StringIO()
    out.write(above)
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(labels or header)
    writer.writerows([row[name] for name in header] if isinstance(row, dict) else row for row in rows)
    return out.getvalue().encode(encoding)


def changed(row: Row, **cells: str) -> Row:
    """The row with other cells, by the names above in lower case: paid="0"."""
    names = {"order": ORDER, "day": DAY, "customer": CUSTOMER, "paid": PAID, "status": STATUS}
    return row | {names[name]: value for name, value in cells.items()}


def some(rng: Random, rows: Sequence[Row], most: int = 5) -> set[int]:
    """Positions of a few rows."""
    return set(rng.sample(range(len(rows)), rng.randint(1, most)))


def spoil(rng: Random, rows: list[Row], reason: str, cell: str, texts: Sequence[str]) -> Broken:
    """One cell of a few sales overwritten, so that these rows are set aside."""
    sales = [at for at, row in enumerate(rows) if not row[PAID].startswith("-")]
    hit = set(rng.sample(sales, rng.randint(1, 5)))
    damaged = [changed(row, **{cell: rng.choice(texts)}) if at in hit else row for at, row in enumerate(rows)]
    return loaded(text(damaged), [row for at, row in enumerate(rows) if at not in hit], {reason: len(hit)})
