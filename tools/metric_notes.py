"""Caveats beside a metric's figures: keys `note.<key>` of the text catalogue."""

from __future__ import annotations

from datetime import date, timedelta

from tools.calendar import unit_start
from tools.catalog import LiftMetric
from tools.comparison import Compare, Earlier
from tools.dimensions import LINE, ORDER
from tools.question import Cell, Question
from tools.relations.campaigns import CONVERSION_DAYS
from tools.results import Window
from tools.warehouse import Warehouse

SMALL_SAMPLE = 30


def notes(question: Question, total: Cell, compare: Compare, then: Earlier, warehouse: Warehouse) -> list[str]:
    """Every caveat that holds, those of the metric itself first."""
    names = {*question.by, *question.where}
    relations = [part.relation for part in question.parts]
    of_one_order, tier = bool(names & set(ORDER)), "tier" in names
    first, last = _span(question, warehouse)
    conditions = {
        "few_people": question.coarse,
        "empty": not total.n and not question.coarse,
        "small_sample": 0 < total.n < SMALL_SAMPLE and any(relation.customers for relation in relations),
        "overlap": question.overlaps,
        "items_only": any(relation.lines for relation in relations) and bool(names & set(LINE)),
        "by_last_order": of_one_order and any(relation.place == "last" for relation in relations),
        "by_first_order": of_one_order and any(part.of_first_order for part in question.parts),
        "tier_at_start": tier and any(relation.tier_at == "start" for relation in relations),
        "tier_at_end": tier and any(relation.tier_at == "end" for relation in relations),
        "judged_by_period": any(part.judged_by_period for part in question.parts),
        "window_cut": question.window.cut or _begins_before(question.window, first) or last < question.window.end,
        "no_comparison": bool(compare) and then.total is None and not then.cells,
        "comparison_cut": then.total is not None and _begins_before(then.window, first),
        "partial_period": bool(question.time) and _cut_short(question.time, question.window.end),
        "no_holdout": total.value is None and any(isinstance(part.metric, LiftMetric) for part in question.parts),
        "within_chance": isinstance(question.metric, LiftMetric) and _spans_zero(total),
        "still_running": _still_running(question, warehouse),
        "by_person": warehouse.count_by == "person",
        f"dated_by_{warehouse.dated_by}": warehouse.dated_by != "orders",
    }
    return list(dict.fromkeys([*question.metric.notes, *(note for note, holds in conditions.items() if holds)]))


def _span(question: Question, warehouse: Warehouse) -> tuple[date, date]:
    """The days that what is counted covers; of records made now and then, the last says nothing."""
    table = question.parts[0].relation.tables[0]
    first, last = warehouse.span(table)
    return first or warehouse.first_day, last if table == "events" and last else question.window.end


def _still_running(question: Question, warehouse: Warehouse) -> bool:
    """Whether orders may still follow the last messages counted."""
    if not any(part.metric.of == "outcomes" for part in question.parts):
        return False
    sent = warehouse.span("touches")[1]
    return sent is not None and min(sent, question.window.end) > warehouse.last_day - timedelta(days=CONVERSION_DAYS)


def _spans_zero(total: Cell) -> bool:
    return total.low is not None and total.high is not None and total.low <= 0 <= total.high


def _begins_before(window: Window, day: date) -> bool:
    return window.start is not None and window.start < day


def _cut_short(unit: str, end: date) -> bool:
    """Whether the window ends before the last day of its last period."""
    return unit_start(unit, end + timedelta(days=1)) == unit_start(unit, end)
