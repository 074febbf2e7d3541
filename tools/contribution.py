"""What moved a figure: each row's part in a change, adding up exactly to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum

from tools.question import Cell, Key

_NONE = Cell(None, 0, top=0.0, bottom=0.0)


def mix_and_rate(now: Mapping[Key, Cell], then: Mapping[Key, Cell]) -> dict[Key, tuple[float, float]]:
    """Split the change of a rate into each row's mix and rate effect; both summed over all rows are the change.

    With w a row's share of the bottom and r its rate, at midpoints of the two periods:
    rate = w (r1 - r0), mix = (w1 - w0) (r - R), R being the rate of all rows. Kitagawa 1955, "Components of a
    Difference Between Two Rates", JASA 50:1168-1194; that the weights are set against R moves no sum, and makes
    growth of a row below the average count against the rate. A row that is in one period only is all mix.
    Empty where one of the periods has no bottom at all.
    """
    bottom1, bottom0 = _whole(now.values(), "bottom"), _whole(then.values(), "bottom")
    if not bottom1 or not bottom0:
        return {}
    average = (_whole(now.values(), "top") / bottom1 + _whole(then.values(), "top") / bottom0) / 2
    found = {}
    for key in dict.fromkeys([*now, *then]):
        one, was = now.get(key, _NONE), then.get(key, _NONE)
        weight1, weight0 = _or_zero(one.bottom) / bottom1, _or_zero(was.bottom) / bottom0
        part = _or_zero(one.top) / bottom1 - _or_zero(was.top) / bottom0
        rate = 0.0
        if one.bottom and was.bottom:
            rate = (_or_zero(one.top) / one.bottom - _or_zero(was.top) / was.bottom) * (weight1 + weight0) / 2
        found[key] = part - rate - (weight1 - weight0) * average, rate
    return found


def _whole(cells: Iterable[Cell], side: str) -> float:
    return fsum(_or_zero(getattr(cell, side)) for cell in cells)


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None else value
