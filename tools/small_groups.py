"""Figures for somebody who may not see single rows: nothing of a few customers, and of the others nothing exact.

Whoever asks for a group twice, the second time with a few customers less, has those few's figures as the difference.
So a figure is rounded to steps that its largest few together do not pass: taking any few away moves it by one step
at most, or not at all. Days alone single nobody out, so figures that only time cuts stay exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import TypeVar

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.dimensions import Scope
from tools.metric_expression import dimensioned, each_customer, kept
from tools.question import Cell, Key, Question
from tools.results import LifecycleOverview, RfmOverview, TierMigration, TierOverview
from tools.traits.results import TagOverview

OfGroups = TypeVar("OfGroups", TierOverview, LifecycleOverview, RfmOverview, TierMigration, TagOverview)

LEAST = 10
"""Customers that a figure is about at least."""


@dataclass(frozen=True)
class Crowd:
    """Whom a figure is about."""

    people: int
    weight: float = 0.0
    """What the largest of them, one fewer than LEAST, come to together."""


def crowds(question: Question, scope: Scope) -> Table:
    """One row a cell: its customers (`people`), and what the largest of them come to together (`weight`)."""
    rows, by = kept(dimensioned(question, scope), question.where), list(question.by)
    each = each_customer(rows, question, scope)
    ranked = each.mutate(place=ibis.row_number().over(ibis.window(group_by=by, order_by=ibis.desc("part"))))
    told = {"people": _.count(), "weight": _.part.sum(where=_.place < LEAST - 1)}
    found = ranked.group_by(by).agg(**told) if by else ranked.agg(**told)
    return found.order_by(found.people.desc(), *by)


def coarse(cells: Mapping[Key, Cell], found: Mapping[Key, Crowd], question: Question) -> dict[Key, Cell]:
    """The cells without those of few customers, and the others rounded."""
    return {key: _told(cell, found.get(key, Crowd(0)), question) for key, cell in cells.items()}


def _told(cell: Cell, crowd: Crowd, question: Question) -> Cell:
    if crowd.people < LEAST:
        return Cell(None, 0)
    part = LEAST / crowd.people
    least = part if question.metric.unit == "percent" else crowd.weight  # a rate's few are a part of its people
    value, low, high = (_rounded(each, part, least) for each in (cell.value, cell.low, cell.high))
    if cell.value and not value:  # less than half a step: 0 would be false
        return Cell(None, 0)
    return Cell(value, int(_rounded(cell.n, part, 0) or 0), low=low, high=high)


def _rounded(value: float | None, part: float, least: float) -> float | None:
    step = max(abs(value) * part, least) if value is not None else 0
    if not value or not step:
        return value
    size = 10.0 ** floor(log10(step))
    step = next(times * size for times in (1, 2, 5, 10) if times * size >= step * (1 - 1e-9))
    return round(round(value / step) * step, 10)


def without_few(item: OfGroups) -> OfGroups:
    """A table of the whole brand without its groups of few customers."""
    named = [name for name in ("rows", "cells", "segments") if name in type(item).model_fields]
    kept = {name: [row for row in getattr(item, name) if not 0 < (row.customers or 0) < LEAST] for name in named}
    return item.model_copy(update=kept | {"notes": [*item.notes, "few_people"]})
