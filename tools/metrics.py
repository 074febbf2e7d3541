"""Turns a metric of the catalogue, split and filtered, into one query and reads its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from operator import and_

import ibis
from ibis import _
from ibis.expr.types import BooleanColumn, NumericScalar, Table

from tools.catalog import Measure, Metric, Range, RatioMetric
from tools.relations import BY_FIRST_ORDER, BY_ORDER, LINE, RELATIONS, TIME, Relation, Scope, with_dimensions
from tools.results import Window
from tools.tier_history import TierHistory
from tools.warehouse import Warehouse

Key = tuple[str | date, ...]


@dataclass(frozen=True)
class Question:
    """A metric by dimensions, filtered, in a window; names and values are canonical."""

    metric: Metric
    by: tuple[str, ...]
    where: dict[str, list[str | date]]
    window: Window

    @property
    def relation(self) -> Relation:
        return RELATIONS[self.metric.of]

    @property
    def dimensions(self) -> tuple[str, ...]:
        over = (self.metric.over,) if self.metric.over else ()
        return tuple(dict.fromkeys([*self.by, *self.where, *over]))

    @property
    def time(self) -> str | None:
        return next((name for name in self.by if name in TIME), None)

    @property
    def adds_up(self) -> bool:
        """Whether the rows sum to the total: nothing is counted in two of them."""
        if self.metric.type != "measure":
            return False
        agg = self.metric.value.agg
        stock = self.metric.of in ("members", "profiles")
        if agg == "sum":
            return not (stock and self.time)
        if agg == "orders" or (agg == "count" and self.relation.orders):
            return not set(self.by) & set(LINE)
        return agg in ("count", "customers") and not set(self.by) & set(self.relation.distinct)

    @property
    def overlaps(self) -> bool:
        """Whether something is counted in more than one row."""
        counts = self.metric.type == "measure" and self.metric.value.agg in ("count", "orders", "customers")
        return bool(self.by) and counts and not self.adds_up

    def total(self) -> Question:
        return replace(self, by=())


@dataclass(frozen=True)
class Cell:
    value: float | None
    n: int


@dataclass(frozen=True)
class Cells:
    """Answer to a question: a cell for each combination of the dimensions' values."""

    cells: dict[Key, Cell]
    sql: str
    truncated: bool


class MetricEngine:
    """Answers questions on one warehouse."""

    def __init__(self, warehouse: Warehouse, tiers: TierHistory) -> None:
        self._warehouse = warehouse
        self._tiers = tiers

    def ask(self, question: Question) -> Cells:
        rows = self._warehouse.run(self.expression(question))
        cells = {tuple(_plain(row[name]) for name in question.by): _cell(row, question) for row in rows.records}
        return Cells(cells, rows.sql, rows.truncated)

    def expression(self, question: Question) -> Table:
        """The question as one Ibis expression with the columns of `by`, value and n."""
        scope = self._scope(question)
        relation, metric = question.relation, question.metric
        rows = relation.build(scope)
        rows = with_dimensions(rows, scope, first_order=metric.of in BY_FIRST_ORDER)
        if not metric.over:
            return _largest_first(_aggregate(_filter(rows, question.where), question, scope), question)
        others = {name: values for name, values in question.where.items() if name != metric.over}
        rows = _filter(rows, others)
        kept = {name: values for name, values in question.where.items() if name == metric.over}
        return _largest_first(_shares(_filter(rows, kept), rows, question, scope), question)

    def _scope(self, question: Question) -> Scope:
        has = self._warehouse.has
        of_customer = has("customers.city") and (question.metric.of not in BY_ORDER or not has("orders.city"))
        return Scope(
            start=question.window.start or self._warehouse.first_day, end=question.window.end,
            last_day=self._warehouse.last_day, rules=self._tiers.rules, frozen=self._tiers.frozen,
            columns=question.metric.columns, dimensions=question.dimensions, city_of_customer=of_customer,
        )  # fmt: skip


def _plain(value: object) -> str | date | None:
    # DuckDB truncates a date to a timestamp.
    return value.date() if isinstance(value, datetime) else value


def _cell(row: dict, question: Question) -> Cell:
    value, n = row["value"], int(row["n"] or 0)
    if value is None and question.metric.type == "measure" and question.metric.value.agg == "sum":
        value = 0  # The sum of no rows.
    return Cell(None if value is None else float(value), n)


def _filter(rows: Table, where: dict[str, list[str | date]]) -> Table:
    kept = [rows[name].isin([ibis.literal(value) for value in values]) for name, values in where.items()]
    return rows.filter(kept) if kept else rows


def _aggregate(rows: Table, question: Question, scope: Scope) -> Table:
    if question.relation.shape:
        rows = question.relation.shape(rows, question.by, scope)
    return _grouped(rows, question.by, value=_value(rows, question, scope), n=_base(rows, question, scope))


def _grouped(rows: Table, by: Iterable[str], **figures: NumericScalar) -> Table:
    return rows.group_by(list(by)).agg(**figures) if by else rows.agg(**figures)


def _value(rows: Table, question: Question, scope: Scope) -> NumericScalar:
    metric = question.metric
    if isinstance(metric, RatioMetric):
        bottom = _measure(rows, metric.bottom, question.relation, scope)
        return _measure(rows, metric.top, question.relation, scope).cast("float64") / bottom.cast("float64").nullif(0)
    return _measure(rows, metric.value, question.relation, scope)


def _base(rows: Table, question: Question, scope: Scope) -> NumericScalar:
    """Rows behind the figure: those that its measure, or the ratio's bottom, looks at."""
    metric = question.metric
    measure = metric.bottom if isinstance(metric, RatioMetric) else metric.value
    agg = "orders" if question.relation.orders else "count"
    return _measure(rows, Measure(agg=agg, where=measure.where), question.relation, scope)


def _measure(rows: Table, measure: Measure, relation: Relation, scope: Scope) -> NumericScalar:
    keep = _conditions(rows, measure)
    if measure.agg == "orders":
        return rows.order_id.nunique(where=keep) if scope.lines else rows.count(where=keep)
    if measure.agg == "count":
        return rows.count(where=keep)
    if measure.agg == "customers":
        return rows.customer_id.nunique(where=keep)
    column = rows[measure.column]
    if measure.agg == "sum":
        return column.sum(where=keep)
    if measure.agg == "mean":
        # A decimal sum does not depend on row order; a mean of floats would.
        return column.sum(where=keep).cast("float64") / column.count(where=keep).nullif(0)
    return column.cast("float64").median(where=keep)


def _conditions(rows: Table, measure: Measure) -> BooleanColumn | None:
    tests = []
    for name, wanted in measure.where.items():
        column = rows[name]
        if not isinstance(wanted, Range):
            tests.append(column == wanted)
            continue
        tests += [column >= wanted.min] if wanted.min is not None else []
        tests += [column <= wanted.max] if wanted.max is not None else []
    return reduce(and_, tests) if tests else None


def _shares(kept: Table, rows: Table, question: Question, scope: Scope) -> Table:
    """Each cell's measure over the same measure without the dimension that the share is over."""
    others = [name for name in question.by if name != question.metric.over]
    cells = _aggregate(kept, question, scope)
    whole = _grouped(rows, others, whole=_value(rows, question, scope), whole_n=_base(rows, question, scope))
    joined = cells.join(whole, others, rname="{name}_whole") if others else cells.cross_join(whole)
    value = joined["value"].cast("float64") / joined.whole.cast("float64").nullif(0)
    return joined.mutate(value=value, n=joined.whole_n).select(*question.by, "value", "n")


def _largest_first(rows: Table, question: Question) -> Table:
    # Should the row cap cut, the smallest groups go.
    return rows.order_by(_.n.desc(), *question.by) if question.by else rows
