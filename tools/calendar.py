"""Spans of days with their canonical names: months, quarters, weeks, rolling windows."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tools.schema import TIMEZONE


@dataclass(frozen=True)
class Span:
    """Days from `start` (None: the beginning of the data) to `end`, both included."""

    start: date | None
    end: date
    label: str

    @classmethod
    def between(cls, start: date, end: date) -> Span:
        return cls(start, end, f"{start}..{end}" if start != end else str(start))

    @classmethod
    def of_day(cls, year: int, number: int, day: int) -> Span:
        """One day; 29 February of a common year becomes its last day of February."""
        chosen = date(year, number, min(day, monthrange(year, number)[1]))
        return cls(chosen, chosen, str(chosen))


def day_of(moment: datetime) -> date:
    """The day of a moment where the workspace's orders are dated."""
    return moment.astimezone(ZoneInfo(TIMEZONE)).date()


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Same day `months` later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, number = divmod(index, 12)
    return date(year, number + 1, min(day.day, monthrange(year, number + 1)[1]))


def month(year: int, number: int) -> Span:
    start = date(year, number, 1)
    return Span(start, month_end(start), f"{year}-{number:02d}")


def quarter(year: int, number: int) -> Span:
    start = date(year, 3 * number - 2, 1)
    return Span(start, month_end(add_months(start, 2)), f"{year}-Q{number}")


def half(year: int, number: int) -> Span:
    start = date(year, 6 * number - 5, 1)
    return Span(start, month_end(add_months(start, 5)), f"{year}-H{number}")


def year_span(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31), str(year))


def rolling(count: int, unit: str, as_of: date) -> Span:
    """The last `count` days, weeks, months, quarters or years, `as_of` included."""
    if unit in ("days", "weeks"):
        start = as_of - timedelta(days=count * (7 if unit == "weeks" else 1) - 1)
    else:
        months = count * {"months": 1, "quarters": 3, "years": 12}[unit]
        start = add_months(as_of + timedelta(days=1), -months)
    return Span(start, as_of, f"last_{count}_{unit}")


def unit_start(unit: str, day: date) -> date:
    """First day of the calendar unit (day, week from Monday, month, quarter, year) that holds `day`."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=day.month - (day.month - 1) % 3 if unit == "quarter" else 1, day=1)


def period_name(unit: str, start: date) -> str:
    """Canonical name of the unit that begins on `start`: 2024-W05, 2024-11, 2024-Q4; the day itself for any other."""
    if unit == "week":
        return f"{start:%G-W%V}"
    if unit == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return f"{start:%Y-%m}" if unit == "month" else start.isoformat()


@lru_cache(maxsize=4096)
def step(unit: str, start: date, count: int) -> date:
    """Start of the unit `count` units after the one that begins on `start`."""
    if unit in ("day", "week"):
        return start + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(start, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def span_of_unit(unit: str, back: int, as_of: date) -> Span:
    """The calendar unit `back` units before the one that holds `as_of`; the current one ends on `as_of`."""
    start = step(unit, unit_start(unit, as_of), -back)
    end = min(step(unit, start, 1) - timedelta(days=1), as_of)
    if unit == "day" or back > 1:
        return {"day": Span.of_day(start.year, start.month, start.day), "month": month(start.year, start.month),
                "year": year_span(start.year)}[unit]  # fmt: skip
    return Span(start, end, f"{'last' if back else 'this'}_{unit}")
