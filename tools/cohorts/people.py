"""Whose cohorts: customers by the day of their first paid order, filtered and named as metrics are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.availability import Availability
from tools.calendar import month_end, period_name, step, unit_start
from tools.catalog import Catalog
from tools.dimensions import LINE, ORDER, TIME, Scope, with_dimensions
from tools.metrics import Question
from tools.questions import QuestionReader
from tools.results import Window
from tools.tables import first_orders, table
from tools.tiers.history import TierHistory
from tools.warehouse import Warehouse

# The catalogue's metric of the same people: what it can be split and filtered by, they can.
BASIS = "second_order_rate"
ORDERS = "orders"
LONGEST = 60
"""Most cohorts and most periods of one table: five years of months."""


@dataclass(frozen=True)
class People:
    """Customers who first ordered in a window. `rows` has customer_id, day (first order) and the split's column."""

    rows: Table
    window: Window
    filters: dict[str, list[str]]
    as_of: date
    """Last day of the data: behaviour is seen up to here."""
    notes: list[str]

    @property
    def everybody(self) -> bool:
        """Whether nobody who first ordered in the window is filtered out."""
        return not self.filters


class PeopleReader:
    """Reads the words of a call into people, against one warehouse."""

    def __init__(
        self, warehouse: Warehouse, catalog: Catalog, allowed: Availability, reader: QuestionReader, tiers: TierHistory
    ) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._allowed = allowed
        self._reader = reader
        self._tiers = tiers

    def dimensions(self) -> list[str]:
        """What people can be split by on this data."""
        return self._allowed.dimensions(self._catalog.metric(BASIS))

    def dimension(self, given: str) -> str:
        """Canonical name of a dimension. Raises BadArgument."""
        return self._catalog.dimension(given).name

    def people(self, by: str, where: Mapping[str, Sequence[str]], window: str) -> People:
        """Customers who first ordered in `window` and meet `where`; of a long series of periods, the latest.

        Channel, place, category and product are those of the first order, tiers and scores those of
        the data's last day. Raises BadArgument or NoData with the alternatives.
        """
        named = {self.dimension(name): list(values) for name, values in where.items() if values}
        lines = {name: values for name, values in named.items() if name in LINE}
        others = {name: values for name, values in named.items() if name not in LINE}
        question = self._reader.question(BASIS, [by] if by else [], others, window or "all")
        bought = self._reader.question(ORDERS, [], lines, window or "all").where if lines else {}
        shown, cut = self._latest(by, question.window)
        rows = self._rows(replace(question, window=shown))
        for name, values in bought.items():
            rows = rows.semi_join(_first_bought(name, values), "customer_id")
        asked = {*question.dimensions, *bought}
        return People(
            rows=rows, window=shown, as_of=self._warehouse.last_day,
            filters={
                name: [label(name, value) for value in values] for name, values in (question.where | bought).items()
            },
            notes=_notes(asked, shown, cut, self._warehouse.first_day),
        )  # fmt: skip

    def counted(self, window: Window) -> bool:
        """Whether `month_cells` holds those who first ordered in a window: it is whole months."""
        last = self._warehouse.last_day
        whole = (window.start is None or window.start.day == 1) and window.end in (last, month_end(window.end))
        return whole and self._warehouse.has_cells(last, self._tiers.rules.version)

    def _rows(self, question: Question) -> Table:
        window, last = question.window, self._warehouse.last_day
        facts = table("customer_facts").select("customer_id", day="first_day")
        since = [facts.day >= ibis.literal(window.start)] if window.start else []
        rows = facts.filter([*since, facts.day <= ibis.literal(window.end)])
        if not question.dimensions:
            return rows
        scope = Scope(
            start=window.start, end=last, first_day=self._warehouse.first_day, last_day=last, rules=self._tiers.rules,
            frozen=self._tiers.frozen, scoring=self._tiers.scoring, dimensions=question.dimensions,
            city_of_customer=question.city_of_customer,
        )  # fmt: skip
        rows = with_dimensions(rows, scope, first_order=True)
        kept = [rows[name].isin([ibis.literal(value) for value in values]) for name, values in question.where.items()]
        rows = rows.filter(kept) if kept else rows
        return rows.select("customer_id", "day", *question.by)

    def _latest(self, by: str, window: Window) -> tuple[Window, bool]:
        """The window, begun later where it holds more cohorts than a table shows; and whether it was."""
        if by not in TIME:
            return window, False
        earliest = step(by, unit_start(by, window.end), 1 - LONGEST)
        if earliest <= (window.start or self._warehouse.first_day):
            return window, False
        return Window(start=earliest, end=window.end, label=f"{earliest}..{window.end}", cut=window.cut), True


def _first_bought(name: str, values: Sequence[str | date]) -> Table:
    """Customers whose first order has a line with one of the values."""
    lines = table("order_items")
    column = lines.category if name == "category" else lines.product_name.fill_null(lines.product_id)
    chosen = lines.filter(column.fill_null("unknown").isin([ibis.literal(value) for value in values]))
    firsts = first_orders().rename(order_id="first_order")
    return chosen.join(firsts, ["customer_id", "order_id"]).select(_.customer_id).distinct()


def _notes(asked: set[str], window: Window, cut: bool, first_day: date) -> list[str]:
    conditions = {
        "latest_cohorts": cut,
        "by_first_order": bool(asked & set(ORDER)),
        "first_order_lines": bool(asked & set(LINE)),
        "tier_today": "tier" in asked,
        # Nobody knows who had ordered before the data begins.
        "earliest_cohort": window.start is None or window.start <= first_day,
    }
    return [note for note, holds in conditions.items() if holds]


def plain(value: object) -> object:
    """A day as a date: truncated, the engine may give it as an instant."""
    return value.date() if isinstance(value, datetime) else value


def label(dimension: str, value: object) -> str:
    """Canonical name of a dimension's value, as in metric results."""
    value = plain(value)
    return period_name(dimension, value) if isinstance(value, date) else "unknown" if value is None else str(value)
