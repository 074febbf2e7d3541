"""The rows of a metric result: values beside the earlier ones, shares, contributions, order, and what was left off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import Literal

from tools.calendar import period_name
from tools.catalog import Catalog
from tools.comparison import Earlier, change
from tools.contribution import mix_and_rate
from tools.dimensions import COHORT, IN_SEQUENCE, TIME
from tools.metrics import Answer
from tools.question import Cell, Key, Question
from tools.results import MetricRow

Order = Literal["", "top", "bottom"]
OTHERS = "others"


def rows_of(question: Question, answer: Answer, then: Earlier, catalog: Catalog) -> list[MetricRow]:
    """A row for every cell, now or earlier, and for every value of a closed dimension."""
    cells, total = answer.parts.cells, answer.total.value
    whole = not (question.time or answer.parts.truncated or then.truncated) and then.total is not None
    moved = total - then.total if whole and question.adds_up else None
    parts = mix_and_rate(cells, then.cells) if whole and question.decomposes else {}
    nothing_then = question.nothing if whole and question.adds_up else Cell(None, 0)
    rows = []
    for key in [*cells, *(key for key in _other_keys(question, then, catalog) if key not in cells)]:
        cell, was = cells.get(key, question.nothing), then.cells.get(key, nothing_then).value
        mix, rate = parts.get(key, (None, None))
        rows.append(MetricRow(
            dimensions={name: label(name, value) for name, value in zip(question.by, key, strict=True)},
            value=cell.value, n=cell.n, low=cell.low, high=cell.high, previous=was,
            change=change(cell.value, was, question.metric.unit),
            share=cell.value / total if question.adds_up and total else None,
            contribution=(cell.value - was) / moved if moved else None, mix=mix, rate=rate,
        ))  # fmt: skip
    return rows


def others(question: Question, hidden: Sequence[MetricRow], compared: bool) -> MetricRow | None:
    """The rows that were left off as one, so that a shortened table still adds up; None where rows do not."""
    if not hidden or not question.adds_up:
        return None
    value = fsum(row.value for row in hidden)
    known = [row.previous for row in hidden if row.previous is not None]
    was = fsum(known) if compared and known else None
    sums = {name: _sum(hidden, name) for name in ("share", "contribution")}
    return MetricRow(
        dimensions=dict.fromkeys(question.by, OTHERS), value=value, n=sum(row.n for row in hidden), previous=was,
        change=change(value, was, question.metric.unit), **sums,
    )  # fmt: skip


def ordered(rows: list[MetricRow], question: Question, catalog: Catalog, order: Order) -> list[MetricRow]:
    """By time, then in the natural order of tiers and stages, else the largest first; `order` puts value first."""
    places = {
        name: {value.name: place for place, value in enumerate(catalog.dimensions[name].values)}
        for name in question.by
    }  # fmt: skip

    def natural(row: MetricRow) -> tuple:
        keys = []
        for name, value in sorted(row.dimensions.items(), key=lambda item: item[0] not in TIME):
            keys.append((places[name].get(value, len(places[name])), value if name in IN_SEQUENCE else ""))
        return (*keys, row.value is None, -(row.value or 0), *row.dimensions.values())

    rows = sorted(rows, key=natural)
    if order:
        rows.sort(key=lambda row: (row.value is None, (row.value or 0) * (-1 if order == "top" else 1)))
    return rows


def label(dimension: str, value: str | date | None) -> str:
    """A value as it is shown and can be asked for again: 2024-W05, 2024-11, high, unknown."""
    if isinstance(value, date):
        return period_name("month" if dimension == COHORT else dimension, value)
    return "unknown" if value is None else str(value)


def _sum(rows: Sequence[MetricRow], name: str) -> float | None:
    values = [getattr(row, name) for row in rows if getattr(row, name) is not None]
    return fsum(values) if values else None


def _other_keys(question: Question, then: Earlier, catalog: Catalog) -> list[Key]:
    """Cells without rows that still belong in the table: empty tiers, and what was there earlier."""
    if question.time:
        return []
    closed = []
    if len(question.by) == 1:
        (name,) = question.by
        closed = question.where.get(name) or [value.name for value in catalog.dimensions[name].values]
    return list(dict.fromkeys([*((value,) for value in closed), *then.cells]))
