"""Earlier periods: which one a window is set against, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tools.calendar import add_months, month_end, step
from tools.metrics import MetricEngine
from tools.question import Cell, Key, Question
from tools.results import Unit, Window
from tools.windows import previous_window, same_window_last_year

Compare = Literal["", "previous", "last_year"]


@dataclass(frozen=True)
class Earlier:
    """What a question's answer was earlier; cells stand under the keys they are compared to."""

    window: Window | None
    total: float | None
    cells: dict[Key, Cell]
    truncated: bool = False


def earlier(engine: MetricEngine, question: Question, compare: Compare, first_day: date) -> Earlier:
    """Ask again for the window before, or for the same window last year.

    Split by time, every period is set against the one before it (or the same one last year).
    """
    window = _earlier_window(question.window, compare)
    seen = window is not None and window.end >= first_day
    if not question.time:
        if not seen:
            return Earlier(window, None, {})
        then = engine.answer(replace(question, window=window))
        return Earlier(window, then.total.value, then.parts.cells, then.parts.truncated)
    total = engine.answer(replace(question.total(), window=window)).total.value if seen else None
    return Earlier(window, total, _cells_before(engine, question, compare, first_day) if compare else {})


def change(value: float | None, previous: float | None, unit: Unit) -> float | None:
    """Relative change (None against zero); for percent units the difference of the two shares."""
    if value is None or previous is None:
        return None
    if unit == "percent":
        return value - previous
    return (value - previous) / abs(previous) if previous else None


def _earlier_window(window: Window, compare: Compare) -> Window | None:
    if compare == "previous":
        return previous_window(window)
    return same_window_last_year(window) if compare == "last_year" else None


def _cells_before(engine: MetricEngine, question: Question, compare: Compare, first_day: date) -> dict[Key, Cell]:
    unit, place = question.time, question.by.index(question.time)
    moved = replace(question, window=_moved_back(question.window, unit, compare, first_day))
    cells = engine.ask([moved])[0].cells
    return {(*key[:place], _move(key[place], unit, compare, 1), *key[place + 1 :]): cell for key, cell in cells.items()}


def _moved_back(window: Window, unit: str, compare: Compare, first_day: date) -> Window:
    end = _move(window.end, unit, compare, -1)
    # The last day of a month goes to the last day, so that whole months stay whole.
    if unit in ("month", "quarter") and window.end == month_end(window.end):
        end = month_end(end)
    start = _move(window.start or first_day, unit, compare, -1)
    return Window(start=start, end=end, label=f"{start}..{end}")


def _move(day: date, unit: str, compare: Compare, sign: int) -> date:
    if compare == "previous":
        return step(unit, day, sign)
    return step("week", day, 52 * sign) if unit == "week" else add_months(day, 12 * sign)
