"""From a question to a metric result: parts, total, comparison, order and caveats."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from tools.calendar import period_name, unit_start
from tools.catalog import Catalog
from tools.comparison import Compare, Earlier, change, earlier
from tools.dimensions import BY_LAST_ORDER, LINE, ORDER, TIME
from tools.metrics import Answer, Cell, Key, MetricEngine, Question
from tools.results import MetricResult, MetricRow, Window
from tools.warehouse import Warehouse

Order = Literal["", "top", "bottom"]

SMALL_SAMPLE = 30


class MetricQuery:
    """Turns questions into results on one warehouse."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog, engine: MetricEngine) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._engine = engine

    def run(self, question: Question, compare: Compare = "", limit: int = 50, order: Order = "") -> MetricResult:
        metric, window = question.metric, question.window
        answer = self._engine.answer(question)
        then = earlier(self._engine, question, compare, self._warehouse.first_day)
        rows = _ordered(self._rows(question, answer, then), self._natural_order(question), order)
        shown = rows[-limit:] if question.time and not order else rows[:limit]  # Of a long series, the latest.
        return MetricResult(
            metric=metric.name, title=metric.title, unit=metric.unit, value=answer.total.value, n=answer.total.n,
            window=window, filters={name: [_label(name, v) for v in vs] for name, vs in question.where.items()},
            as_of=min(window.end, self._warehouse.last_day), definition=metric.definition, query=answer.parts.sql,
            counted_by=self._warehouse.count_by,
            truncated=answer.parts.truncated or len(shown) < len(rows), by=list(question.by), rows=shown,
            comparison=then.window, previous=then.total, change=change(answer.total.value, then.total, metric.unit),
            notes=self._notes(question, answer.total, compare, then),
        )  # fmt: skip

    def _rows(self, question: Question, answer: Answer, then: Earlier) -> list[MetricRow]:
        cells, total = answer.parts.cells, answer.total.value
        moved = total - then.total if question.adds_up and not question.time and then.total is not None else None
        rows = []
        for key in [*cells, *(key for key in self._other_keys(question, then) if key not in cells)]:
            cell = cells.get(key, question.nothing)
            was = then.cells.get(key, question.nothing if moved is not None else Cell(None, 0)).value
            rows.append(MetricRow(
                dimensions={name: _label(name, value) for name, value in zip(question.by, key, strict=True)},
                value=cell.value, n=cell.n, previous=was, change=change(cell.value, was, question.metric.unit),
                share=cell.value / total if question.adds_up and total else None,
                contribution=(cell.value - was) / moved if moved else None,
            ))  # fmt: skip
        return rows

    def _other_keys(self, question: Question, then: Earlier) -> list[Key]:
        """Cells without rows that still belong in the table: empty tiers, and what was there earlier."""
        if question.time:
            return []
        closed = []
        if len(question.by) == 1:
            (name,) = question.by
            closed = question.where.get(name) or [value.name for value in self._catalog.dimensions[name].values]
        return list(dict.fromkeys([*((value,) for value in closed), *then.cells]))

    def _natural_order(self, question: Question) -> dict[str, dict[str, int]]:
        """Place of each value of the closed dimensions, such as tiers."""
        return {
            name: {value.name: place for place, value in enumerate(self._catalog.dimensions[name].values)}
            for name in question.by
        }

    def _notes(self, question: Question, total: Cell, compare: Compare, then: Earlier) -> list[str]:
        relation, names = question.metric.of, {*question.by, *question.where}
        first = self._warehouse.first_day
        one_order = bool(names & set(ORDER))
        conditions = {
            "empty": not total.n,
            "small_sample": 0 < total.n < SMALL_SAMPLE,
            "overlap": question.overlaps,
            "items_only": bool(names & set(LINE)),
            "by_last_order": relation in BY_LAST_ORDER and one_order,
            "by_first_order": question.of_first_order and one_order,
            "tier_at_start": relation == "transitions" and "tier" in names,
            "tier_at_end": relation != "transitions" and "tier" in names,
            "window_cut": question.window.cut or _begins_before(question.window, first),
            "no_comparison": bool(compare) and then.total is None and not then.cells,
            "comparison_cut": then.total is not None and _begins_before(then.window, first),
            "partial_period": bool(question.time) and _cut_short(question.time, question.window.end),
            "by_person": self._warehouse.count_by == "person",
            "gross_conversion": question.metric.name == "conversion_rate",
        }
        return [note for note, holds in conditions.items() if holds]


def _begins_before(window: Window, day: date) -> bool:
    return window.start is not None and window.start < day


def _cut_short(unit: str, end: date) -> bool:
    """Whether the window ends before the last day of its last period."""
    return unit_start(unit, end + timedelta(days=1)) == unit_start(unit, end)


def _label(dimension: str, value: str | date | None) -> str:
    if isinstance(value, date):
        return period_name(dimension, value)
    return "unknown" if value is None else str(value)


def _ordered(rows: list[MetricRow], places: dict[str, dict[str, int]], order: Order) -> list[MetricRow]:
    """By time, then in the natural order of tiers and stages, else the largest first; `order` puts value first."""

    def natural(row: MetricRow) -> tuple:
        keys = []
        for name, value in sorted(row.dimensions.items(), key=lambda item: item[0] not in TIME):
            in_sequence = name in TIME or name.endswith("_score")
            keys.append((places[name].get(value, len(places[name])), value if in_sequence else ""))
        return (*keys, row.value is None, -(row.value or 0), *row.dimensions.values())

    rows = sorted(rows, key=natural)
    if order:
        rows.sort(key=lambda row: (row.value is None, (row.value or 0) * (-1 if order == "top" else 1)))
    return rows
