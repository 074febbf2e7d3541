"""Turns a metric of the catalogue, split and filtered, into one query and reads its answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from math import fsum
from operator import and_

import ibis
from ibis.expr.types import BooleanColumn, NumericScalar, Table

from tools.catalog import Measure, Metric, Range, RatioMetric
from tools.dimensions import BY_FIRST_ORDER, LINE, TIME, Scope, with_dimensions
from tools.relations import RELATIONS, Relation
from tools.results import Window
from tools.tiers.history import TierHistory
from tools.warehouse import Warehouse

Key = tuple[str | date, ...]


@dataclass(frozen=True)
class Cell:
    value: float | None
    n: int


@dataclass(frozen=True)
class Question:
    """A metric by dimensions, filtered, in a window; names and values are canonical."""

    metric: Metric
    by: tuple[str, ...]
    where: dict[str, list[str | date]]
    window: Window
    city_of_customer: bool = False
    """Take the city from the customer, because the orders carry none or are not what is counted."""
    of_lines: bool = False
    """Counted over order lines although no dimension needs them, so that parts and total agree."""

    @property
    def relation(self) -> Relation:
        return RELATIONS[self.metric.of]

    @property
    def dimensions(self) -> tuple[str, ...]:
        over = (self.metric.over,) if self.metric.over else ()
        return tuple(dict.fromkeys([*self.by, *self.where, *over]))

    @property
    def of_first_order(self) -> bool:
        """Whether a customer's channel and place are those of the first order."""
        return self.metric.of in BY_FIRST_ORDER or bool(self.metric.columns & self.relation.once)

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
        distinct = LINE if self.metric.columns & self.relation.once else self.relation.distinct
        shared = set(self.by) & set(distinct) - ({"city"} if self.city_of_customer else set())
        return agg in ("count", "customers") and not shared

    @property
    def nothing(self) -> Cell:
        """What a cell without rows holds: zero where zeros add up, else no figure."""
        return Cell(0.0 if self.adds_up else None, 0)

    @property
    def overlaps(self) -> bool:
        """Whether something is counted in more than one row."""
        counts = self.metric.type == "measure" and self.metric.value.agg in ("count", "orders", "customers")
        return bool(self.by) and counts and not self.adds_up

    def total(self) -> Question:
        return replace(self, by=(), of_lines=bool(set(self.by) & set(LINE)))


@dataclass(frozen=True)
class Cells:
    """Answer to a question: a cell for each combination of the dimensions' values."""

    cells: dict[Key, Cell]
    sql: str
    truncated: bool


@dataclass(frozen=True)
class Answer:
    """A question's parts and the figure over all of them."""

    total: Cell
    parts: Cells


class MetricEngine:
    """Answers questions on one warehouse."""

    def __init__(self, warehouse: Warehouse, tiers: TierHistory) -> None:
        self._warehouse = warehouse
        self._tiers = tiers

    def answer(self, question: Question) -> Answer:
        """Parts and total; where the parts add up the total is their sum, else it is asked for."""
        parts = self.ask([question])[0]
        cells = parts.cells.values()
        if question.metric.over in question.by and question.metric.over not in question.where:
            # All shares together make 100 %: there is no headline.
            return Answer(Cell(None, max((cell.n for cell in cells), default=0)), parts)
        if not question.by:
            return Answer(parts.cells.get((), Cell(None, 0)), replace(parts, cells={}))
        if question.adds_up and not parts.truncated:
            return Answer(Cell(fsum(cell.value for cell in cells), sum(cell.n for cell in cells)), parts)
        return Answer(self.answer(question.total()).total, parts)

    def ask_all(self, questions: list[Question]) -> list[Cells]:
        """Answer questions with the same split, filters and window, with one query a relation."""
        found: dict[str, Cells] = {}
        for relation in dict.fromkeys(question.metric.of for question in questions):
            alike = [question for question in questions if question.metric.of == relation and not question.metric.over]
            if alike:
                found |= zip((question.metric.name for question in alike), self.ask(alike), strict=True)
        return [found.get(question.metric.name) or self.ask([question])[0] for question in questions]

    def ask(self, questions: list[Question]) -> list[Cells]:
        """Answer questions that share relation, split, filters and window with one query."""
        rows = self._warehouse.run(self.expression(questions))
        return [
            Cells({_key(row, question): _cell(row, question) for row in rows.records}, rows.sql, rows.truncated)
            for question in questions
        ]

    def expression(self, questions: list[Question]) -> Table:
        """One Ibis expression with the columns of `by`, and for each metric its value and n."""
        first = questions[0]
        scope = self._scope(questions)
        rows = with_dimensions(first.relation.build(scope), scope, first_order=first.metric.of in BY_FIRST_ORDER)
        over = first.metric.over
        others = _filter(rows, {name: values for name, values in first.where.items() if name != over})
        kept = _filter(others, {name: values for name, values in first.where.items() if name == over})
        answer = _shares(kept, others, first, scope) if over else _aggregate(kept, questions, scope)
        # Should the row cap cut, the smallest groups go.
        return answer.order_by(answer[f"{first.metric.name}_n"].desc(), *first.by) if first.by else answer

    def _scope(self, questions: list[Question]) -> Scope:
        question = questions[0]
        columns = frozenset().union(*(each.metric.columns for each in questions))
        return Scope(
            start=question.window.start, end=question.window.end, first_day=self._warehouse.first_day,
            last_day=self._warehouse.last_day, rules=self._tiers.rules, frozen=self._tiers.frozen,
            columns=columns, dimensions=question.dimensions, city_of_customer=question.city_of_customer,
            lines=question.of_lines or bool(set(question.dimensions) & set(LINE)),
        )  # fmt: skip


def _plain(value: object) -> str | date | None:
    # DuckDB truncates a date to a timestamp.
    return value.date() if isinstance(value, datetime) else value


def _key(row: dict, question: Question) -> Key:
    return tuple(_plain(row[name]) for name in question.by)


def _cell(row: dict, question: Question) -> Cell:
    value, n = row[question.metric.name], int(row[f"{question.metric.name}_n"] or 0)
    if value is None and question.metric.type == "measure" and question.metric.value.agg == "sum":
        value = 0  # The sum of no rows.
    return Cell(None if value is None else float(value), n)


def _filter(rows: Table, where: dict[str, list[str | date]]) -> Table:
    kept = [rows[name].isin([ibis.literal(value) for value in values]) for name, values in where.items()]
    return rows.filter(kept) if kept else rows


def _aggregate(rows: Table, questions: list[Question], scope: Scope) -> Table:
    first = questions[0]
    if first.relation.shape:
        rows = first.relation.shape(rows, first.by, scope)
    figures = {}
    for question in questions:
        figures[question.metric.name] = _value(rows, question, scope)
        figures[f"{question.metric.name}_n"] = _base(rows, question, scope)
    return rows.group_by(list(first.by)).agg(**figures) if first.by else rows.agg(**figures)


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
    name = question.metric.name
    others = tuple(dimension for dimension in question.by if dimension != question.metric.over)
    cells = _aggregate(kept, [question], scope)
    whole = _aggregate(rows, [replace(question, by=others)], scope)
    whole = whole.rename(whole=name, whole_n=f"{name}_n")
    joined = cells.join(whole, others, rname="{name}_whole") if others else cells.cross_join(whole)
    share = joined[name].cast("float64") / joined.whole.cast("float64").nullif(0)
    return joined.select(*question.by, **{name: share, f"{name}_n": joined.whole_n})
