"""From a question to a metric result: parts, total, comparison, order and caveats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tools.catalog import Catalog
from tools.comparison import Compare, change, earlier
from tools.errors import BadArgument
from tools.metric_notes import SMALL_SAMPLE, notes
from tools.metric_rows import Order, label, ordered, others, rows_of
from tools.metrics import MetricEngine
from tools.question import Question
from tools.results import MetricResult, Whole
from tools.warehouse import Warehouse

__all__ = ["SMALL_SAMPLE", "MetricQuery", "Order"]


class MetricQuery:
    """Turns questions into results on one warehouse."""

    def __init__(self, warehouse: Warehouse, catalog: Catalog, engine: MetricEngine) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._engine = engine

    def run(
        self, question: Question, compare: Compare = "", limit: int = 50, order: Order = "", share_over: str = ""
    ) -> MetricResult:
        metric, window = question.metric, question.window
        answer = self._engine.answer(question)
        then = earlier(self._engine, question, compare, self._warehouse.first_day)
        rows = ordered(rows_of(question, answer, then, self._catalog), question, self._catalog, order)
        latest = bool(question.time) and not order  # Of a long series, the latest.
        shown, hidden = (rows[-limit:], rows[:-limit]) if latest else (rows[:limit], rows[limit:])
        total = answer.total
        return MetricResult(
            metric=metric.name, title=metric.title, unit=metric.unit, value=total.value, n=total.n,
            low=total.low, high=total.high, window=window,
            filters=_labels(question.where),
            as_of=min(window.end, self._warehouse.last_day), definition=metric.definition, query=answer.parts.sql,
            counted_by=self._warehouse.count_by, truncated=answer.parts.truncated or bool(hidden),
            by=list(question.by), rows=shown, whole=self._whole(question, share_over, total.value),
            others=None if answer.parts.truncated else others(question, hidden, bool(compare)),
            comparison=then.window, previous=then.total, change=change(total.value, then.total, metric.unit),
            notes=notes(question, total, compare, then, self._warehouse),
        )  # fmt: skip

    def _whole(self, question: Question, over: str, value: float | None) -> Whole | None:
        """The figure without the filter on a dimension. Raises BadArgument where no filter is on it, or for a rate."""
        if not over:
            return None
        if over not in question.where:
            raise BadArgument("share_over_unfiltered", given=over, alternatives=list(question.where))
        if not getattr(question.metric, "is_amount", False):
            raise BadArgument("share_of_a_rate", given=question.metric.name)
        where = {name: values for name, values in question.where.items() if name != over}
        asked = replace(question, by=(), where=where, of_lines=question.lines)
        whole = self._engine.answer(asked).total.value
        share = None if value is None or not whole else value / whole
        return Whole(without=over, filters=_labels(where), value=whole, share=share)


def _labels(where: dict[str, list[str | date]]) -> dict[str, list[str]]:
    return {name: [label(name, value) for value in values] for name, values in where.items()}
