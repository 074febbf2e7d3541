"""Traits about which of several values a customer buys: channels, categories, products.

The preferred value is the one of most orders; of equals the one bought last, then the first by name. The
last value is that of the last order (for order lines: of the last day); of equals the one of most orders,
then the first by name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from ibis import _
from ibis.expr.types import Table, Value

from tools.preferences import LAST, PREFERRED, first_by, ranked
from tools.tables import sales, table
from tools.traits.scope import Scope, TraitRef, column_of, inside
from tools.traits.source import NONE, Cut, Source, days_since


def _pairs(lines: Callable[[], Table]) -> Callable[[Scope, list[TraitRef]], Table]:
    """One row a customer and value: orders, first and last time, and whether bought in each window asked for.

    `lines` gives one row an order and value.
    """

    def rows(scope: Scope, refs: list[TraitRef]) -> Table:
        bought = lines().filter(_.day <= scope.day, _.value.notnull())
        marks = {f"in {column_of(ref)}": inside(bought, ref.window).any() for ref in refs if ref.window}
        pairs = bought.group_by("customer_id", "value").agg(
            orders=_.count(), first=_.at.min(), last=_.at.max(), day=_.day.min(), **marks
        )
        return ranked(pairs, datetime.combine(scope.as_of, time(0)) + timedelta(days=1))

    return rows


def _channels() -> Table:
    return sales().select("customer_id", day="order_date", at="ordered_at", value="channel")


def _lines(column: Callable[[Table], Value]) -> Callable[[], Table]:
    def lines() -> Table:
        items = table("order_items")
        items = items.filter(items.kind == "sale")
        # One row an order and value: that is cheaper than counting different orders.
        rows = items.group_by("customer_id", "order_id", value=column(items)).agg(day=_.order_date.min())
        return rows.mutate(at=rows.day.cast("timestamp"))

    return lines


class ValueSource(Source):
    """A source of pairs: a window's rows were marked when the pairs were made."""

    def table(self, scope: Scope, refs: list[TraitRef]) -> Table:
        pairs = self.rows(scope, refs)
        found = {
            column_of(ref): self.traits[ref.name](
                Cut(pairs, pairs[f"in {column_of(ref)}"] if ref.window else pairs.value.notnull(), scope)
            )
            for ref in refs
        }
        return pairs.group_by("customer_id").agg(**found)


def _first_by(*keys: str) -> Callable[[Cut], Value]:
    return lambda cut: first_by(cut.rows, *keys)


def _number(cut: Cut) -> Value:
    return cut.rows.count(where=cut.where)


def _all(cut: Cut) -> Value:
    return cut.rows.value.collect(where=cut.where).sort().fill_null(NONE)


_PREFERRED, _LAST = _first_by(*PREFERRED), _first_by(*LAST)

CHANNELS = ValueSource(
    _pairs(_channels),
    {
        "preferred_channel": _PREFERRED,
        "last_channel": _LAST,
        "first_channel": _first_by("first", "fewer", "value"),
        "channels": _number,
        "bought_channel": _all,
    },
    {"channels": 0, "bought_channel": NONE},
)
CATEGORIES = ValueSource(
    _pairs(_lines(lambda items: items.category)),
    {
        "preferred_category": _PREFERRED,
        "last_category": _LAST,
        "categories": _number,
        "bought_category": _all,
        "newest_category_day": lambda cut: cut.rows.day.max(),
        "days_since_new_category": lambda cut: days_since(cut.scope, cut.rows.day.max()),
    },
    {"categories": 0, "bought_category": NONE},
)
PRODUCTS = ValueSource(
    _pairs(_lines(lambda items: items.product_name.fill_null(items.product_id))),
    {"preferred_product": _PREFERRED, "last_product": _LAST, "bought_product": _all},
    {"bought_product": NONE},
)
