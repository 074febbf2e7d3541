"""The days of a shopping event yet to come: by its name in the calendar, or by a day of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tools.calendar import Span
from tools.errors import BadArgument
from tools.time_words import FESTIVALS, normalise


@dataclass(frozen=True)
class Event:
    name: str
    first_day: date
    last_day: date
    year_before: Span | None
    """The same event a year before; None for a day of one's own."""


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
            raise BadArgument("event_without_day", given=name or "-")
        return Event(name, on, on, None)
    wanted = on or today + timedelta(days=1)
    spans = (days_of(year) for year in range(today.year, wanted.year + 2))
    span = next(each for each in spans if each.end >= wanted)
    return Event(name, span.start, span.end, days_of(span.start.year - 1))
