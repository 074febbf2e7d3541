"""The days of sales that fall on the same days each year, by the names that windows are read by."""

from __future__ import annotations

from datetime import date

from tools.errors import ToolError
from tools.windows import parse_window

_ANY_YEAR = 2024  # a leap year, so that 29 February exists

MonthDay = tuple[int, int]


def days_of(festival: str) -> tuple[MonthDay, MonthDay]:
    """First and last (month, day) of a sale. Raises ValueError for a name that means no fixed days of a year."""
    spans = set()
    for year in (_ANY_YEAR, _ANY_YEAR + 1):
        try:
            window = parse_window(f"{year} {festival}", date(year, 12, 31), date(year, 1, 1))
        except ToolError as error:
            raise ValueError(f"'{festival}' names no days that are known") from error
        spans.add(((window.start.month, window.start.day), (window.end.month, window.end.day)))
    if len(spans) > 1:
        raise ValueError(f"'{festival}' moves from year to year")
    return spans.pop()
