"""Finds the times that a phrase names, in Chinese or English: "近90天", "双11", "Q3", "since March".

A time is a span of days. One that names a month or a festival but no year means the most
recent such period that had begun on `as_of`; a relative one counts back from `as_of`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from tools.calendar import Span, half, month, quarter, rolling, span_of_unit, year_span
from tools.festivals import FESTIVALS, DaysOf, known_in
from tools.time_words import MONTH, MONTHS

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_BEFORE = rf"(?:{_YEAR}\s*年?\s*[-/]?\s*)?"
_YEAR_AFTER = r"(?:,?\s*(?:of\s+|in\s+)?(?P<later>(?:19|20)\d\d)(?!\d))?"
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True)
class Time:
    """One time named between `start` and `end` of a text."""

    start: int
    end: int
    year: int | None
    """Year said; None when it was left open or does not apply."""
    calendar: bool
    """Whether `make` needs a year."""
    make: Callable[[int], Span]
    whole_year: int | None = None
    """The year, where the words name one as a whole ("2024", "last year")."""
    over: bool = False
    """Whether it must have ended: "last December" said in December is a year ago."""

    def span(self, as_of: date, year: int | None = None) -> Span:
        """Days meant; `year` stands in where the text named none."""
        chosen = self.year or year
        if chosen or not self.calendar:
            return self.make(chosen or as_of.year)
        this = self.make(as_of.year)
        begun = this.end < as_of if self.over else this.start <= as_of
        return this if begun else self.make(as_of.year - 1)


def find_times(text: str, as_of: date, first_day: date) -> list[Time]:
    """Times in a normalised text, from left to right; the longer reading wins where two overlap."""
    found = [
        Time(match.start(), match.end(), *meant)
        for pattern, read in _READERS
        for match in pattern.finditer(text)
        if (meant := read(match, as_of, first_day)) is not None
    ]
    times: list[Time] = []
    for time in sorted(found, key=lambda time: (time.start, -time.end)):
        if not times or time.start >= times[-1].end:
            times.append(_with_last(time, text))
    return _with_periods(times, text)


def _with_last(time: Time, text: str) -> Time:
    before = re.search(r"\blast\s+$", text[: time.start], re.ASCII)
    named = time.calendar and time.year is None
    return replace(time, start=before.start(), over=True) if before and named else time


_AND = re.compile(r"\s*(?:的?(?:和|与|跟|比|对比|相比|、|vs\.?|versus|and|,)的?)\s*")


def _with_periods(times: list[Time], text: str) -> list[Time]:
    """Give a year that shares its neighbour's month or sale that period: "last year's Double 11 and 2022"."""
    read: list[Time] = []
    for at, time in enumerate(times):
        before = next((each for each in read[-1:] if _is_period(each)), None)
        after = next((each for each in times[at + 1 : at + 2] if _is_period(each) and each.year), None)
        if time.whole_year and before and _AND.fullmatch(text, before.end, time.start):
            time = _in_year(before, time)
        elif time.whole_year and before and not before.year and not text[before.end : time.start].strip(" 的"):
            time = replace(_in_year(read.pop(), time), start=before.start)
        elif time.whole_year and after and _AND.fullmatch(text, time.end, after.start):
            time = _in_year(after, time)
        read.append(time)
    return read


def _is_period(time: Time) -> bool:
    return time.calendar and time.whole_year is None


def _in_year(period: Time, year: Time) -> Time:
    return replace(period, start=year.start, end=year.end, year=year.whole_year, over=False)


# The fields of Time after `end`, as far as they are told.
_Meant = tuple[int | None, bool, Callable[[int], Span]] | tuple[int | None, bool, Callable[[int], Span], int]
_Reader = Callable[[re.Match[str], date, date], _Meant | None]


def _said_year(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    year = groups.get("year") or groups.get("later")
    return int(year) if year else None


def _month_number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if number := groups.get("month") or groups.get("month_said"):
        return int(number)
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(groups["name"][:3]))


def _day(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    number, day = _month_number(match), int(match["day"])
    try:
        date(2024, number, day)  # A leap year: any day that exists in some year.
    except ValueError:
        return None
    return _said_year(match), True, lambda year: Span.of_day(year, number, day)


def _days(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    """From one day to a later one of the same month."""
    number, day, last = _month_number(match), int(match["day"]), int(match["last"])
    try:
        date(2024, number, day), date(2024, number, last)
    except ValueError:
        return None

    def make(year: int) -> Span:
        return Span.between(Span.of_day(year, number, day).end, Span.of_day(year, number, last).end)

    return (_said_year(match), True, make) if day <= last else None


def _month(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    number = _month_number(match)
    return (_said_year(match), True, lambda year: month(year, number)) if 1 <= number <= 12 else None


def _quarter(match: re.Match[str], as_of: date, first_day: date) -> _Meant:
    number = _ORDINAL.get(match["quarter"]) or int(match["quarter"])
    return _said_year(match), True, lambda year: quarter(year, number)


def _half(match: re.Match[str], as_of: date, first_day: date) -> _Meant:
    number = 1 if match["half"] in ("1", "上", "first") else 2
    return _said_year(match), True, lambda year: half(year, number)


# What names a part of a year that is not read here: the year alone would be too wide a window.
_UNREAD_AFTER = re.compile(
    r"\s*的?\s*(?:第\s*\d+\s*个?[季周月半天]|\d+\s*[季月日号]|[-/.]?\s*[qhw]\d|(?!年)[-/.]\s*(?!(?:19|20)\d\d)\d"
    r"|[春夏秋冬]|元旦|元宵|清明|端午|7夕|中秋|除夕|(?:情人|妇女|女神|母亲|父亲|劳动|51|儿童|教师|重阳)节)"
)
_UNREAD_BEFORE = re.compile(
    r"\b(?<!per )(?<!by )(?<!each )(?<!every )(?<!best )(?<!worst )"
    r"(?:quarter|week|half|month|spring|summer|autumn|fall|winter|easter|thanksgiving|\d(?:st|nd|rd|th))"
    r"(?:,?\s+(?:of|in))?\s+$|\b[qhw]\d+[\s,-]*$", re.ASCII
)


def _is_part(match: re.Match[str]) -> bool:
    text = match.string
    return bool(_UNREAD_AFTER.match(text, match.end()) or _UNREAD_BEFORE.search(text[: match.start()]))


def _year(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    year = int(match["year"])
    return None if _is_part(match) else (year, True, year_span, year)


def _relative_year(back: int) -> _Reader:
    def read(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
        span = span_of_unit("year", back, as_of)
        return None if _is_part(match) else (None, False, lambda _: span, as_of.year - back)

    return read


def _festival(days_of: DaysOf) -> _Reader:
    def read(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
        year = _said_year(match)
        return (year, True, days_of) if known_in(days_of, year or as_of.year) else None

    return read


_UNITS = {"天": "days", "日": "days", "周": "weeks", "星期": "weeks", "月": "months", "季度": "quarters", "年": "years"}


def _rolling(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    unit = match["unit"].removeprefix("个")
    unit = _UNITS.get(unit) or unit.rstrip("s") + "s"
    count = int(match.groupdict().get("count") or 1)
    return (None, False, lambda _: rolling(count, unit, as_of)) if 0 < count <= 4000 else None


def _fixed(make: Callable[[date, date], Span]) -> _Reader:
    return lambda match, as_of, first_day: (None, False, lambda _: make(as_of, first_day))


def _unit(unit: str, back: int) -> _Reader:
    return _fixed(lambda as_of, first_day: span_of_unit(unit, back, as_of))


_EN_UNIT = r"(?P<unit>days?|weeks?|months?|quarters?|years?)\b"
_ZH_UNIT = r"(?P<unit>天|日|周|星期|个?月|个?季度|年)"
_BACK = r"(?:最近|近|过去|前|\b(?:the\s+)?(?:last|past|previous|trailing|recent))\s*"

_TO = r"\s*(?:到|至|~|-|–|—|to|until|till|through|thru)\s*"
_LAST = r"(?P<last>\d{1,2})(?:st|nd|rd|th)?"

_PATTERNS: list[tuple[str, _Reader]] = [
    (rf"{_YEAR_BEFORE}(?<!\d)(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]?{_TO}{_LAST}\s*[日号]", _days),
    (rf"{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_TO}{_LAST}(?![\d./月-]|\s*{MONTH.replace('?P<name>', '?:')})"
     rf"{_YEAR_AFTER}", _days),
    (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_TO}{_LAST}\s+(?:of\s+)?{MONTH}{_YEAR_AFTER}", _days),
    (_YEAR + r"(?:\s*[-/.年]\s*)(?P<month>\d{1,2})(?:\s*[-/.月]\s*)(?P<day>\d{1,2})(?!\d)\s*[日号]?", _day),
    (_YEAR + r"(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)", _day),
    (r"(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]", _day),
    (rf"{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d){_YEAR_AFTER}", _day),
    (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}{_YEAR_AFTER}", _day),
    (_YEAR + r"\s*(?:[-/.]\s*(?P<month>\d{1,2})(?!\d)|年\s*(?P<month_said>\d{1,2})\s*月份?)", _month),
    (r"(?<![\d年])(?P<month>\d{1,2})\s*月份?(?!\s*\d)", _month),
    (rf"\b{_YEAR_BEFORE}{MONTH}{_YEAR_AFTER}", _month),
    (rf"{_YEAR_BEFORE}(?<![a-z])q(?P<quarter>[1-4])\b{_YEAR_AFTER}", _quarter),
    (rf"{_YEAR_BEFORE}第?(?P<quarter>[1-4])季度?", _quarter),
    (rf"\b(?P<quarter>first|second|third|fourth) quarter{_YEAR_AFTER}", _quarter),
    (rf"{_YEAR_BEFORE}(?P<half>[上下])半年", _half),
    (rf"{_YEAR_BEFORE}(?<![a-z])h(?P<half>[12])\b{_YEAR_AFTER}", _half),
    (rf"\b(?P<half>first|second) half{_YEAR_AFTER}(?:\s+of\s+the\s+year)?", _half),
    (r"(?<!\d)" + _YEAR + r"(?!\d)\s*年?", _year),
    *((_YEAR_BEFORE + name + _YEAR_AFTER, _festival(make)) for name, make in FESTIVALS.items()),
    (_BACK + r"(?P<count>\d+)\s*" + _EN_UNIT, _rolling),
    (_BACK + r"(?P<count>\d+)\s*" + _ZH_UNIT + "(?:以?内|里)?", _rolling),
    (r"(?<!\d)(?P<count>\d+)\s*" + _ZH_UNIT + "(?:以内|之内|内)", _rolling),
    (r"\b(?:the\s+)?past\s+(?P<unit>day|week|month|quarter|year)\b", _rolling),
    (r"\b(?:last|previous)\s+month\b|上1?个?月份?", _unit("month", 1)),
    (r"上上个?月", _unit("month", 2)),
    (r"\b(?:this|current)\s+month\b|\bmonth[ -]to[ -]date\b|\bmtd\b|本月|这个?月|当月", _unit("month", 0)),
    (r"\b(?:last|previous)\s+quarter\b|上1?个?季度?", _unit("quarter", 1)),
    (r"\b(?:this|current)\s+quarter\b|\bquarter[ -]to[ -]date\b|\bqtd\b|[本这当]个?季度?", _unit("quarter", 0)),
    (r"\b(?:last|previous)\s+week\b|上1?个?(?:周|星期|礼拜)", _unit("week", 1)),
    (r"\b(?:this|current)\s+week\b|[本这]1?个?(?:周|星期|礼拜)", _unit("week", 0)),
    (r"\b(?:last|previous)\s+year\b|去年|上1?年度?", _relative_year(1)),
    (r"前年|\b(?:the\s+)?year before last\b|\b2 years ago\b", _relative_year(2)),
    (r"\b(?:this|current)\s+year\b|\byear[ -]to[ -]date\b|\bytd\b|今年|本年度?"
     r"|年初(?=至今|以来|到现在)", _relative_year(0)),
    (r"\bthis half(?:[ -]year)?\b|本半年", _fixed(lambda as_of, _: half(as_of.year, 1 if as_of.month < 7 else 2))),
    (r"\byesterday\b|昨[天日]", _unit("day", 1)),
    # "now" is a day only as the end of a range; by itself it just means the present state.
    (r"\btoday\b|今[天日]|(?<=[到至])(?:现在|目前)|(?<=until )now\b|(?<=to )now\b", _unit("day", 0)),
    (r"前[天日]", _unit("day", 2)),
    (r"\brecently\b|\blately\b|最近|近期", _fixed(lambda as_of, _: rolling(30, "days", as_of))),
    (r"\ball[ -]?time\b|\ball (?:of )?(?:the )?(?:history|data)\b|\bsince the (?:beginning|start)\b|\bever\b|^all$"
     r"|有史以来|开业以来|全部(?:时间|历史|数据)|所有(?:时间|历史|数据)|历史(?:以来|累计|全部)|^(?:全部|所有|历史|累计)$",
     _fixed(lambda as_of, first_day: Span(None, as_of, "all"))),
]  # fmt: skip
_READERS = [(re.compile(pattern, re.ASCII), read) for pattern, read in _PATTERNS]
