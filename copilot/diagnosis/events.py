"""The days of a shopping event yet to come: by its name in the calendar, or by a day of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tools.calendar import Span
from tools.errors import BadArgument
from tools.festivals import FESTIVALS
from tools.time_words import MONTH, MONTHS, normalise

_OWN = re.compile(
    r"超级品牌日|品牌日|会员日|店庆|周年庆|新品日"
    r"|\b(?:brand|member|members'|anniversary|launch)[ -]day\b|\banniversary\b"
)
_DAY = re.compile(
    r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)|(?<!\d)(\d{1,2})月(\d{1,2})[日号]?(?!\d)"
)
_TH = r"(?:st|nd|rd|th)?"
_AFTER = MONTH.replace("<name>", "<after>")
_ENGLISH = re.compile(
    rf"{MONTH}\s+(?P<day>\d{{1,2}}){_TH}\b|\b(?P<before>\d{{1,2}}){_TH}\s+(?:of\s+)?{_AFTER}"
)


@dataclass(frozen=True)
class Event:
    name: str
    first_day: date
    last_day: date
    year_before: Span | None
    """The same event a year before; None for a day of one's own."""


def named_event(words: str) -> tuple[str, str, bool]:
    """Event and day that words name ("" for neither), the day as 2026-12-20 or 12-20; and whether it has a day."""
    clean = normalise(words, date.max)
    known = next((match[0] for pattern in FESTIVALS if (match := re.search(pattern, clean))), "")
    own = _OWN.search(clean)
    on = "" if known else _said_day(clean)
    return known or (own[0] if own else ""), on, bool(known or on)


def _said_day(clean: str) -> str:
    if match := _DAY.search(clean):
        parts = [part for part in match.groups() if part]
        return "-".join(part.zfill(2) for part in parts)
    if match := _ENGLISH.search(clean):
        name = (match["name"] or match["after"])[:3]
        number = next(index for index, month in enumerate(MONTHS, 1) if month.startswith(name))
        return f"{number:02d}-{int(match['day'] or match['before']):02d}"
    return ""


def day_of(said: str, today: date) -> date | None:
    """A day as 2026-12-20, or 12-20 for the next one after today; None for "". Raises BadArgument."""
    try:
        if not said or len(said) > 5:
            return date.fromisoformat(said) if said else None
        days = (date.fromisoformat(f"{year}-{said}") for year in (today.year, today.year + 1))
        return next(day for day in days if day > today)
    except ValueError:
        raise BadArgument("event_without_day", given=said) from None


def event(name: str, on: date | None, today: date) -> Event:
    """The next time an event takes place, one that is running included; with `on`, the time that holds or follows it.

    An event that the calendar does not know takes place on `on` alone. Raises BadArgument where it has no day, or
    one that is over.
    """
    if on is not None and on <= today:
        raise BadArgument("event_over", given=on, today=today)
    days_of = next((days for pattern, days in FESTIVALS.items() if re.search(pattern, normalise(name, today))), None)
    if days_of is None:
        if on is None:
            raise BadArgument("event_without_day", given=name) if name else BadArgument("event_missing")
        return Event(name, on, on, None)
    wanted = on or today + timedelta(days=1)
    spans = (days_of(year) for year in range(today.year, wanted.year + 2))
    span = next(each for each in spans if each.end >= wanted)
    return Event(name, span.start, span.end, days_of(span.start.year - 1))
