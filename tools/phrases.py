"""Finds the times that a phrase names, in Chinese or English: "近90天", "双11", "Q3", "since March".

A time is a span of days. One that names a month or a festival but no year means the most
recent such period that had begun on `as_of`; a relative one counts back from `as_of`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tools.calendar import Span, half, month, quarter, rolling, span_of_unit, year_span

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december"]  # fmt: skip
_MONTH = "(?P<name>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + r"|sept)\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_BEFORE = rf"(?:{_YEAR}\s*年?\s*[-/]?\s*)?"
_YEAR_AFTER = r"(?:,?\s*(?:of\s+|in\s+)?(?P<later>(?:19|20)\d\d)(?!\d))?"
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4}

# Name of a festival or sale: first and last day, as (month, day).
_FESTIVALS = {
    r"(?:双\s*11|double\s*(?:11|eleven)|singles'?\s*day|(?<![\d.])11\.11(?!\d))": ((11, 1), (11, 11)),
    r"(?:双\s*12|double\s*(?:12|twelve))": ((12, 1), (12, 12)),
    r"(?:(?<!\d)618(?!\d)|(?<![\d.])6\.18(?!\d))": ((6, 1), (6, 18)),
    r"(?:国庆(?:节|黄金周)?|national\s*day|golden\s*week)": ((10, 1), (10, 7)),
}


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

    def span(self, as_of: date, year: int | None = None) -> Span:
        """Days meant; `year` stands in where the text named none."""
        chosen = self.year or year
        if chosen or not self.calendar:
            return self.make(chosen or as_of.year)
        this = self.make(as_of.year)
        return this if this.start <= as_of else self.make(as_of.year - 1)


def normalise(text: str, as_of: date) -> str:
    """Lower-case half-width text with digits for number words and for "last year" before a month or sale."""
    text = unicodedata.normalize("NFKC", text).lower().replace("_", " ").replace("’", "'").strip()
    text = re.sub(r"[零〇一二两三四五六七八九十百]+", lambda match: _chinese_number(match[0]), text)
    text = re.sub(r"\b(" + "|".join(_WORDS) + r")\b(?=\s+(?:day|week|month|quarter|year))", _english_number, text)
    text = re.sub(r"(近|过去|最近|这)半年", "近6个月", text)
    years = {"今": 0, "去": 1, "前": 2, "this": 0, "last": 1}
    named = rf"q\d|h\d|{_MONTH.replace('?P<name>', '?:')}|{'|'.join(_FESTIVALS)}"

    def year(word: str) -> int:
        return as_of.year - years[word]

    text = re.sub(r"([今去前])年(?=\s*(?:\d|双|上半|下半|第|q\d|国庆))", lambda match: f"{year(match[1])}年", text)
    text = re.sub(rf"\b(this|last) year(?:'s)?\s+(?={named})", lambda match: f"{year(match[1])} ", text)
    later = rf"({named})\s*(?:of\s+|in\s+)?(this|last) year\b"
    return re.sub(later, lambda match: f"{match[1]} {year(match[2])}", text)


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
            times.append(time)
    return times


_WORDS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
          "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90}  # fmt: skip
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def _english_number(match: re.Match[str]) -> str:
    return str(_WORDS[match[1]])


def _chinese_number(text: str) -> str:
    if not set(text) & set("十百"):
        return "".join(str(_DIGITS[digit]) for digit in text)
    total, digit = 0, None
    for character in text:
        if character in "十百":
            total += (1 if digit is None else digit) * (10 if character == "十" else 100)
            digit = None
        else:
            digit = _DIGITS[character]
    return str(total + (digit or 0))


_Meant = tuple[int | None, bool, Callable[[int], Span]]
_Reader = Callable[[re.Match[str], date, date], _Meant | None]


def _said_year(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    year = groups.get("year") or groups.get("later")
    return int(year) if year else None


def _month_number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("month"):
        return int(groups["month"])
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(groups["name"][:3]))


def _day(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    number, day = _month_number(match), int(match["day"])
    try:
        date(2024, number, day)  # A leap year: any day that exists in some year.
    except ValueError:
        return None
    return _said_year(match), True, lambda year: Span.of_day(year, number, day)


def _month(match: re.Match[str], as_of: date, first_day: date) -> _Meant | None:
    number = _month_number(match)
    return (_said_year(match), True, lambda year: month(year, number)) if 1 <= number <= 12 else None


def _quarter(match: re.Match[str], as_of: date, first_day: date) -> _Meant:
    number = _ORDINAL.get(match["quarter"]) or int(match["quarter"])
    return _said_year(match), True, lambda year: quarter(year, number)


def _half(match: re.Match[str], as_of: date, first_day: date) -> _Meant:
    number = 1 if match["half"] in ("1", "上", "first") else 2
    return _said_year(match), True, lambda year: half(year, number)


def _year(match: re.Match[str], as_of: date, first_day: date) -> _Meant:
    return _said_year(match), True, year_span


def _festival(first: tuple[int, int], last: tuple[int, int]) -> _Reader:
    def read(match: re.Match[str], as_of: date, first_day: date) -> _Meant:
        return _said_year(match), True, lambda year: Span.between(date(year, *first), date(year, *last))

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

_PATTERNS: list[tuple[str, _Reader]] = [
    (_YEAR + r"(?:\s*[-/.年]\s*)(?P<month>\d{1,2})(?:\s*[-/.月]\s*)(?P<day>\d{1,2})(?!\d)\s*[日号]?", _day),
    (_YEAR + r"(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)", _day),
    (r"(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]", _day),
    (rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d){_YEAR_AFTER}", _day),
    (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}{_YEAR_AFTER}", _day),
    (_YEAR + r"\s*[-/.年]\s*(?P<month>\d{1,2})(?!\d)(?:\s*月份?)?", _month),
    (r"(?<![\d年])(?P<month>\d{1,2})\s*月份?(?!\s*\d)", _month),
    (rf"\b{_YEAR_BEFORE}{_MONTH}{_YEAR_AFTER}", _month),
    (rf"{_YEAR_BEFORE}\bq(?P<quarter>[1-4])\b{_YEAR_AFTER}", _quarter),
    (rf"{_YEAR_BEFORE}第?(?P<quarter>[1-4])季度?", _quarter),
    (rf"\b(?P<quarter>first|second|third|fourth) quarter{_YEAR_AFTER}", _quarter),
    (rf"{_YEAR_BEFORE}(?P<half>[上下])半年", _half),
    (rf"{_YEAR_BEFORE}\bh(?P<half>[12])\b{_YEAR_AFTER}", _half),
    (rf"\b(?P<half>first|second) half{_YEAR_AFTER}(?:\s+of\s+the\s+year)?", _half),
    (r"(?<!\d)" + _YEAR + r"(?!\d)\s*年?", _year),
    *((_YEAR_BEFORE + name + _YEAR_AFTER, _festival(*days)) for name, days in _FESTIVALS.items()),
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
    (r"\b(?:last|previous)\s+year\b|去年|上1?年度?", _unit("year", 1)),
    (r"前年", _unit("year", 2)),
    (r"\b(?:this|current)\s+year\b|\byear[ -]to[ -]date\b|\bytd\b|今年|本年度?"
     r"|年初(?=至今|以来|到现在)", _unit("year", 0)),
    (r"\byesterday\b|昨[天日]", _unit("day", 1)),
    # "now" is a day only as the end of a range; by itself it just means the present state.
    (r"\btoday\b|今[天日]|(?<=[到至])(?:现在|目前)|(?<=until )now\b|(?<=to )now\b", _unit("day", 0)),
    (r"前[天日]", _unit("day", 2)),
    (r"\brecently\b|\blately\b|最近|近期", _fixed(lambda as_of, _: rolling(30, "days", as_of))),
    (r"\ball[ -]?time\b|\ball (?:of )?(?:the )?(?:history|data)\b|\bsince the (?:beginning|start)\b|\bever\b|^all$"
     r"|有史以来|开业以来|全部(?:时间|历史|数据)|所有(?:时间|历史|数据)|历史(?:以来|累计|全部)|^(?:全部|所有|历史|累计)$",
     _fixed(lambda as_of, first_day: Span(None, as_of, "all"))),
]  # fmt: skip
_READERS = [(re.compile(pattern), read) for pattern, read in _PATTERNS]
