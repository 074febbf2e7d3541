"""Windows of time: read from a name or an everyday phrase, and set against an earlier one."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tools.calendar import Span, add_months, month_end
from tools.errors import BadArgument, NoData
from tools.festivals import FESTIVALS, known_in
from tools.phrases import Time, find_times
from tools.results import Window
from tools.time_words import normalise

EXAMPLES = ["last_7_days", "last_30_days", "last_month", "this_month", "last_quarter", "this_year", "last_year",
            "2024", "2024-Q3", "2024-11", "2024-11-01..2024-11-11", "all"]  # fmt: skip

# Labels of calendar units and their months: the current unit may be cut short at the data's last day.
_CALENDAR_LABELS = {r"this_month|\d{4}-\d\d": 1, r"this_quarter|\d{4}-Q\d": 3, r"\d{4}-H\d": 6, r"this_year|\d{4}": 12}

_RANGE = re.compile(r"\s*(?:\.\.+|to|until|till|through|thru|至|到|~|—|–|-)\s*")
_SINCE_BEFORE = re.compile(r"(?:\bsince|自从?|从|\bfrom)\s*(?:the\s+(?:start|beginning)\s+of\s+)?$")
_UP_TO = re.compile(r"(?:截至|截止|到|至)\s*$|\b(?:up to|until|till|by)\s*$")
"""Before today, without a day that it begins on: from the first day on."""
_SINCE_AFTER = re.compile(r"\s*(?:以来|至今|以后|之后|起|开始|onwards?|so far)")
_FILLER = re.compile(r"\b(?:in|on|during|over|for|the|of|from|between|since|within|period|data|onwards?|so far)\b"
                     r"|[的从自在]|期间|全年|整年|整个|大促|活动|之间|当中|以来|至今|以后|之后|开始|起"
                     r"|[\s,.，。'’]")  # fmt: skip


def parse_window(text: str, as_of: date, first_day: date) -> Window:
    """Read one window, such as "last_30_days", "2024-Q3", "过去三个月", "双11" or "since March".

    Its end is cut at `as_of`. Raises BadArgument when the text is no window, and NoData when
    the window lies wholly outside the data (`first_day` to `as_of`).
    """
    clean = normalise(text, as_of)
    times = find_times(clean, as_of, first_day)
    span, rest, _ = _read(clean, times, as_of)
    if span is None or _FILLER.sub("", rest):
        raise BadArgument("unknown_window", given=text, alternatives=EXAMPLES)
    return _inside(span, text, as_of, first_day)


def find_windows(sentence: str, as_of: date, first_day: date) -> list[str]:
    """Names of the windows that a sentence mentions, in order; `parse_window` reads them back."""
    found = locate_windows(normalise(sentence, as_of), as_of, first_day)
    return list(dict.fromkeys(span.label for _, _, span in found))


def locate_windows(clean: str, as_of: date, first_day: date) -> list[tuple[int, int, Span]]:
    """Where a normalised sentence names a window (from, to before which character) and its days, in order."""
    times = [time for time in find_times(clean, as_of, first_day) if not _is_verb(clean, time)]
    found = []
    while times:
        span, _, used = _read(clean, times, as_of)
        if span is not None:
            found.append((times[0].start, times[used - 1].end, span))
        times = times[used:]
    return found


def blank_windows(sentence: str, as_of: date, first_day: date) -> str:
    """The sentence with every time it names blanked out."""
    clean = normalise(sentence, as_of)
    for time in reversed(find_times(clean, as_of, first_day)):
        clean = f"{clean[: time.start]} {clean[time.end :]}"
    return clean


def previous_window(window: Window) -> Window | None:
    """The window just before: the same part of the previous calendar unit, else the same number of days.

    None for a window without a start.
    """
    if window.start is None:
        return None
    months = _months(window)
    if months:
        start = add_months(window.start, -months)
        return _between(start, _shift_end(window.end, -months))
    days = (window.end - window.start).days + 1
    if window.label == "this_week":
        days = 7
    return _between(window.start - timedelta(days=days), window.end - timedelta(days=days))


def same_window_last_year(window: Window) -> Window | None:
    """The same days a year earlier (52 weeks for weeks, the sale's own days for a sale); None without a start."""
    if window.start is None:
        return None
    year = window.start.year
    for days_of in FESTIVALS.values():  # Black Friday is on another day every year.
        if not known_in(days_of, year):
            continue
        now, then = days_of(year), days_of(year - 1)
        if now.start == window.start and (now.end == window.end or (window.cut and window.end < now.end)):
            return _between(then.start, then.end if now.end == window.end else then.start + (window.end - window.start))
    if window.label.endswith("_week"):
        weeks = timedelta(days=364)
        return _between(window.start - weeks, window.end - weeks)
    return _between(add_months(window.start, -12), _shift_end(window.end, -12))


def _is_verb(text: str, time: Time) -> bool:
    # "may" is a month only after a preposition.
    before = r"\b(?:in|to|until|till|through|and|since|for|of|from|during|by|last|this)\s+$"
    return text[time.start : time.end] == "may" and not re.search(before, text[: time.start])


def _read(text: str, times: list[Time], as_of: date) -> tuple[Span | None, str, int]:
    """Span meant by the first time (or range of two), the text around it, and how many times it took."""
    if not times:
        return None, text, 0
    first = times[0]
    if len(times) > 1 and _joins(text, first, times[1]):
        span = _range(first, times[1], as_of)
        if span is not None:
            return span, text[: first.start] + " " + text[times[1].end :], 2
    span, rest = first.span(as_of), text[: first.start] + " " + text[first.end :]
    if span.start == span.end == as_of and _UP_TO.search(text[: first.start]):
        return Span(None, as_of, "all"), rest, 1
    open_ended = _SINCE_BEFORE.search(text[: first.start]) or _SINCE_AFTER.match(text, first.end)
    if open_ended and span.start is not None and span.end < as_of:
        span = Span.between(span.start, as_of)
    return span, rest, 1


def _joins(text: str, first: Time, last: Time) -> bool:
    between = text[first.end : last.start]
    if re.fullmatch(r"\s*(?:and|和|与)\s*", between):
        return bool(re.search(r"\bbetween\s*$", text[: first.start])) or text[last.end :].startswith("之间")
    return bool(_RANGE.fullmatch(between))


def _range(first: Time, last: Time, as_of: date) -> Span | None:
    end = last.span(as_of, first.year)
    start = first.span(as_of, last.year or (end.end.year if last.calendar else None))
    if start.start and start.start > end.end and first.year is None:
        start = first.span(as_of, end.end.year - 1)
    if start.start and start.start > end.end and last.year is None:
        end = last.span(as_of, start.start.year + 1)
    if start.start is None or start.start > end.end:
        return None
    return Span.between(start.start, end.end)


def _inside(span: Span, given: str, as_of: date, first_day: date) -> Window:
    if span.end < first_day or (span.start is not None and span.start > as_of):
        raise NoData("window_outside_data", given=given, first_day=first_day, last_day=as_of)
    return Window(start=span.start, end=min(span.end, as_of), label=span.label, cut=span.end > as_of)


def _months(window: Window) -> int:
    """Months to step back for a window made of calendar months; 0 for any other."""
    for pattern, months in _CALENDAR_LABELS.items():
        if re.fullmatch(pattern, window.label):
            return months
    after = window.end + timedelta(days=1)
    whole = (after.year - window.start.year) * 12 + after.month - window.start.month
    return whole if whole > 0 and after.day == window.start.day else 0


def _shift_end(end: date, months: int) -> date:
    # The last day of a month goes to the last day, so that whole months stay whole.
    moved = add_months(end, months)
    return month_end(moved) if end == month_end(end) else moved


def _between(start: date, end: date) -> Window:
    span = Span.between(start, end)
    whole_month = start.day == 1 and end == month_end(start)
    return Window(start=start, end=end, label=f"{start:%Y-%m}" if whole_month else span.label)
