"""From the words of a call to a metric result: names, values and windows resolved, periods compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from tools.availability import Availability
from tools.calendar import add_months, month_end, step, unit_start
from tools.catalog import Catalog, Dimension, Metric
from tools.errors import BadArgument
from tools.metrics import Cell, Cells, Key, MetricEngine, Question
from tools.relations import BY_FIRST_ORDER, BY_LAST_ORDER, LINE, ORDER, TIME
from tools.results import MetricResult, MetricRow, Window
from tools.warehouse import Warehouse
from tools.windows import parse_window, previous_window, same_window_last_year

Compare = Literal["", "previous", "last_year"]
Order = Literal["", "top", "bottom"]

SMALL_SAMPLE = 30


class MetricQuery:
    """Answers `query_metric` on one warehouse."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog, engine: MetricEngine, allowed: Availability) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._engine = engine
        self._allowed = allowed

    def run(
        self, metric: str, by: Sequence[str], where: Mapping[str, Sequence[str]], window: str, compare: Compare,
        limit: int, order: Order,
    ) -> MetricResult:  # fmt: skip
        question = self.question(metric, by, where, window)
        total = self._engine.ask(question.total())
        parts = self._engine.ask(question) if question.by else Cells({}, total.sql, False)
        earlier_window = _earlier(question.window, compare)
        earlier = self._earlier_total(question, earlier_window)
        earlier_parts = self._earlier_parts(question, earlier_window, compare) if question.by else {}
        headline = total.cells.get((), Cell(None, 0))
        if question.metric.over and question.metric.over not in question.where:
            headline = Cell(None, headline.n)  # The shares of everything make 100 %.
        rows = self._rows(question, parts.cells, earlier_parts, headline, earlier)
        rows = _ordered(rows, question, order, self._catalog)
        shown = _cut(rows, limit, question, order)
        notes = self._notes(question, headline, compare, earlier_window, earlier)
        unit = question.metric.unit
        filters = {name: [_label(name, value) for value in values] for name, values in question.where.items()}
        return MetricResult(
            metric=question.metric.name, title=question.metric.title, unit=unit, value=headline.value, n=headline.n,
            window=question.window, filters=filters,
            as_of=min(question.window.end, self._warehouse.last_day), definition=question.metric.definition,
            query=parts.sql, truncated=parts.truncated or len(shown) < len(rows), notes=notes, by=list(question.by),
            rows=shown, comparison=earlier_window, previous=earlier, change=_change(headline.value, earlier, unit),
        )  # fmt: skip

    def question(
        self, metric: str, by: Sequence[str], where: Mapping[str, Sequence[str]], window: str
    ) -> Question:
        """Resolve every name. Raises BadArgument or NoData with the alternatives."""
        found = self._catalog.metric(metric)
        self._allowed.check_metric(found)
        dimensions = [self._dimension(name, found) for name in by]
        filters = {self._dimension(name, found).name: values for name, values in where.items() if values}
        if found.over and not {found.over} & {*(d.name for d in dimensions), *filters}:
            dimensions.append(self._catalog.dimensions[found.over])
        names = list(dict.fromkeys(dimension.name for dimension in dimensions))
        if len(names) > 2 or len([name for name in names if name in TIME]) > 1:
            raise BadArgument("too_many_dimensions", given=", ".join(names))
        values = {
            name: [self._value(self._catalog.dimensions[name], value, found) for value in given]
            for name, given in filters.items()
        }
        return Question(found, tuple(names), values, self.window(window or found.window))

    def window(self, text: str) -> Window:
        return parse_window(text, self._warehouse.last_day, self._warehouse.first_day)

    def _dimension(self, name: str, metric: Metric) -> Dimension:
        dimension = self._catalog.dimension(name)
        self._allowed.check_dimension(dimension, metric)
        return dimension

    def _value(self, dimension: Dimension, given: str, metric: Metric) -> str | date:
        if dimension.name in TIME:
            return self._period(dimension.name, given)
        if dimension.values:
            return self._catalog.value(dimension, given)
        if dimension.name.endswith("_score"):
            known = ["1", "2", "3", "4", "5"]
        else:
            known = self._allowed.values(dimension.name, "touches" if metric.of == "touches" else "")
        for value in [*known, "unknown"]:
            if value.casefold().strip() == given.casefold().strip():
                return value
        raise BadArgument("unknown_value", dimension=dimension.name, given=given, alternatives=known[:20])

    def _period(self, unit: str, given: str) -> date:
        window = self.window(given)
        if window.start is None or step(unit, window.start, 1) <= window.end:
            raise BadArgument("unknown_value", dimension=unit, given=given, alternatives=[])
        return window.start

    def _earlier_total(self, question: Question, window: Window | None) -> float | None:
        if window is None or window.end < self._warehouse.first_day:
            return None
        cell = self._engine.ask(replace(question.total(), window=window)).cells.get((), Cell(None, 0))
        return cell.value

    def _earlier_parts(self, question: Question, window: Window | None, compare: Compare) -> dict[Key, Cell]:
        """Cells to compare with, under the keys of the cells they are compared to."""
        if not compare:
            return {}
        if not question.time:
            if window is None or window.end < self._warehouse.first_day:
                return {}
            return self._engine.ask(replace(question, window=window)).cells
        unit, place = question.time, question.by.index(question.time)
        shifted = replace(question, window=_shifted(question.window, unit, compare, self._warehouse.first_day))
        cells = self._engine.ask(shifted).cells
        return {
            (*key[:place], _back(key[place], unit, compare, 1), *key[place + 1 :]): cell for key, cell in cells.items()
        }

    def _rows(
        self, question: Question, parts: dict[Key, Cell], earlier: dict[Key, Cell], total: Cell, before: float | None
    ) -> list[MetricRow]:
        keys = [*parts, *(key for key in self._others(question, earlier) if key not in parts)]
        zero = 0.0 if question.metric.type == "measure" and question.adds_up else None
        moved = (total.value or 0) - before if before is not None and question.adds_up and not question.time else None
        rows = []
        for key in keys:
            cell, was = parts.get(key, Cell(zero, 0)), earlier.get(key)
            previous = was.value if was else (zero if moved is not None else None)
            rows.append(MetricRow(
                dimensions={name: _label(name, value) for name, value in zip(question.by, key, strict=True)},
                value=cell.value, n=cell.n, previous=previous,
                change=_change(cell.value, previous, question.metric.unit),
                share=cell.value / total.value if question.adds_up and total.value and cell.value is not None else None,
                contribution=(cell.value - previous) / moved if moved and previous is not None else None,
            ))  # fmt: skip
        return rows

    def _others(self, question: Question, earlier: dict[Key, Cell]) -> list[Key]:
        """Cells without rows that still belong in the table: empty tiers, and what was there before."""
        if len(question.by) != 1 or question.time:
            return [] if question.time else list(earlier)
        (name,) = question.by
        closed = question.where.get(name) or [value.name for value in self._catalog.dimensions[name].values]
        return list(dict.fromkeys([*((value,) for value in closed), *earlier]))

    def _notes(
        self, question: Question, total: Cell, compare: Compare, window: Window | None, before: float | None
    ) -> list[str]:
        names = {*question.by, *question.where}
        first = self._warehouse.first_day
        conditions = {
            "empty": not total.n,
            "small_sample": 0 < total.n < SMALL_SAMPLE,
            "overlap": question.overlaps,
            "items_only": bool(names & set(LINE)),
            "by_last_order": question.metric.of in BY_LAST_ORDER and bool(names & set(ORDER)),
            "by_first_order": question.metric.of in BY_FIRST_ORDER and bool(names & set(ORDER)),
            "tier_at_start": question.metric.of == "transitions" and "tier" in names,
            "tier_at_end": question.metric.of != "transitions" and "tier" in names,
            "starts_before_data": question.window.start is not None and question.window.start < first,
            "no_comparison": bool(compare) and before is None,
            "comparison_before_data": before is not None and window.start is not None and window.start < first,
            "partial_period": bool(question.time) and _is_partial(question),
            "gross_conversion": question.metric.name == "conversion_rate",
        }
        return [note for note, holds in conditions.items() if holds]


def _is_partial(question: Question) -> bool:
    """Whether the last period shown is cut short by the end of the window."""
    end = question.window.end
    return unit_start(question.time, end + timedelta(days=1)) == unit_start(question.time, end)


def _earlier(window: Window, compare: Compare) -> Window | None:
    if compare == "previous":
        return previous_window(window)
    return same_window_last_year(window) if compare == "last_year" else None


def _shifted(window: Window, unit: str, compare: Compare, first_day: date) -> Window:
    """The window moved back by one unit (or a year), so that every period has the one before it."""
    start, end = window.start or first_day, window.end
    moved_end = _back(end, unit, compare)
    whole = unit in ("month", "quarter") and end == month_end(end)
    return Window(start=_back(start, unit, compare), end=month_end(moved_end) if whole else moved_end, label="shifted")


def _back(day: date, unit: str, compare: Compare, sign: int = -1) -> date:
    if compare == "previous":
        return step(unit, day, sign)
    return step("week", day, 52 * sign) if unit == "week" else add_months(day, 12 * sign)


def _change(value: float | None, previous: float | None, unit: str) -> float | None:
    """Relative change; for percent units the difference of the two shares."""
    if value is None or previous is None:
        return None
    if unit == "percent":
        return value - previous
    return (value - previous) / abs(previous) if previous else None


def _label(dimension: str, value: str | date | None) -> str:
    if not isinstance(value, date):
        return "unknown" if value is None else str(value)
    if dimension == "week":
        return f"{value:%G-W%V}"
    if dimension == "quarter":
        return f"{value.year}-Q{(value.month + 2) // 3}"
    return f"{value:%Y-%m}" if dimension == "month" else value.isoformat()


def _ordered(rows: list[MetricRow], question: Question, order: Order, catalog: Catalog) -> list[MetricRow]:
    """By time, then in the natural order of tiers and stages, else by value; `order` puts value first."""
    places = {
        name: {value.name: place for place, value in enumerate(catalog.dimensions[name].values)} for name in question.by
    }

    def natural(row: MetricRow) -> tuple:
        keys = []
        for name, value in sorted(row.dimensions.items(), key=lambda item: item[0] not in TIME):
            sorts_as_text = name in TIME or name.endswith("_score")
            keys.append((places[name].get(value, len(places[name])), value if sorts_as_text else ""))
        return (*keys, row.value is None, -(row.value or 0), *row.dimensions.values())

    rows = sorted(rows, key=natural)
    if order:
        rows.sort(key=lambda row: (row.value is None, (row.value or 0) * (-1 if order == "top" else 1)))
    return rows


def _cut(rows: list[MetricRow], limit: int, question: Question, order: Order) -> list[MetricRow]:
    # Of a long series the latest periods matter.
    return rows[-limit:] if question.time and not order and len(rows) > limit else rows[:limit]
