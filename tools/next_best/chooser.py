"""The next best choices for customers of one warehouse, on the last day of its data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from tools.errors import BadArgument
from tools.next_best import mention, timing
from tools.next_best.results import Choice, CustomerChoices, NextBestChoices
from tools.traits.build import TraitRef
from tools.traits.tagging import Tagging
from tools.warehouse import Rows, Warehouse

LEAST_PRICED = 3
"""Orders with a list price that tell whether a discount is needed."""
SELDOM, MOSTLY = 0.25, 0.75
"""Share of own orders bought with a discount up to which none is needed, and from which one is."""
_ASKED = ibis.table({"customer_id": "string"}, name="asked")


class NextBest:
    """Chooses for customers by number; what the data cannot tell says why."""

    def __init__(self, warehouse: Warehouse, tagging: Callable[[], Tagging]) -> None:
        self._warehouse = warehouse
        self._tagging = tagging

    def choose(self, customer_ids: Sequence[str]) -> NextBestChoices:
        """Category to mention, channel, hour and need of a discount for each customer, in the order given.

        Raises BadArgument for nobody.
        """
        ids = list(dict.fromkeys(customer_ids))
        if not ids:
            raise BadArgument("next_best_customers")
        asked = _Asked(self._warehouse, ids)
        mentions, channels, hours, discounts = (
            tell(asked) for tell in (self._mentions, self._channels, self._hours, self._discounts)
        )
        rows = [CustomerChoices(customer_id=each, mention=mentions(each), channel=channels(each), hour=hours(each),
                                discount=discounts(each)) for each in ids]  # fmt: skip
        return NextBestChoices(as_of=self._warehouse.last_day, rows=rows, queries=asked.queries)

    def _mentions(self, asked: _Asked) -> Tell:
        if not self._warehouse.has("order_items.category"):
            return lambda each: Choice(reason="no_order_lines")
        found = asked.by_customer(mention.rhythms(_ASKED, self._warehouse.last_day))
        asked.queries.append(self._pairs.sql)
        return lambda each: mention.mention(found[each], self._pairs.records)

    def _channels(self, asked: _Asked) -> Tell:
        if not self._warehouse.has("touches"):
            return lambda each: Choice(reason="no_touches")
        found = asked.by_customer(timing.responses(_ASKED, self._warehouse.last_day))
        return lambda each: timing.channel(found[each])

    def _hours(self, asked: _Asked) -> Tell:
        tagging = self._tagging()
        if tagging.lacking(tagging.catalog.traits["timed_orders"]):
            return lambda each: Choice(reason="no_time_of_day")
        found = asked.by_customer(timing.hours(_ASKED, self._warehouse.last_day))
        return lambda each: timing.hour(found[each])

    def _discounts(self, asked: _Asked) -> Tell:
        tagging = self._tagging()
        if tagging.lacking(tagging.catalog.traits["discount_share"]):
            return lambda each: Choice(reason="no_list_price")
        rows = tagging.table([TraitRef("discount_share"), TraitRef("priced_orders")], self._warehouse.last_day)
        found = asked.by_customer(rows.semi_join(_ASKED, "customer_id"))
        return lambda each: _discount(next(iter(found[each]), None))

    @cached_property
    def _pairs(self) -> Rows:
        pairs = mention.pairs(self._warehouse.last_day)
        return self._warehouse.run(pairs.order_by(ibis.desc("lift"), "first", "second"))


Tell = Callable[[str], Choice]


class _Asked:
    """Queries about the customers asked for, with the SQL of each."""

    def __init__(self, warehouse: Warehouse, ids: list[str]) -> None:
        self.queries: list[str] = []
        self._warehouse = warehouse
        self._beside = {"asked": pa.table({"customer_id": pa.array(ids, pa.string())})}

    def by_customer(self, rows: Table) -> Mapping[str, list[Mapping]]:
        found = self._warehouse.whole(rows, self._beside)
        self.queries.append(found.sql)
        grouped: dict[str, list[Mapping]] = defaultdict(list)
        for row in found.rows.to_pylist():
            grouped[row["customer_id"]].append(row)
        return grouped


def _discount(row: Mapping | None) -> Choice:
    """Whether a discount is needed, by the share of own orders that were bought with one."""
    orders = int(row["priced_orders"] or 0) if row else 0
    if orders < LEAST_PRICED:
        return Choice(reason="few_priced_orders", figures={"orders": orders, "least": LEAST_PRICED})
    share = float(row["discount_share"])
    figures = {"share": share, "orders": orders}
    if share <= SELDOM:
        return Choice(value="not_needed", reason="buys_full_price", support=orders, figures=figures)
    if share >= MOSTLY:
        return Choice(value="needed", reason="waits_for_discounts", support=orders, figures=figures)
    return Choice(value="test", reason="buys_both_ways", support=orders, figures=figures)
