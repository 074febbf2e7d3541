"""Brings a phrase about time to one plain form: half-width, lower case, digits, years as numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from tools.calendar import Span
from tools.numerals import chinese_number

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december"]  # fmt: skip
MONTH = r"\b(?P<name>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\b\.?"

_WORDS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
          "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90}  # fmt: skip
_YEARS_BACK = {"今": 0, "去": 1, "前": 2, "this": 0, "last": 1}


def _days(first: tuple[int, int], last: tuple[int, int]) -> Callable[[int], Span]:
    return lambda year: Span.between(date(year, *first), date(year, *last))


def _black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def _black_friday_week(year: int) -> Span:
    friday = _black_friday(year)
    return Span.between(friday - timedelta(days=4), friday + timedelta(days=2))


_BLACK_FRIDAY = r"(?:黑5|黑色星期5|black\s*friday)"
# Name of a festival or sale (its number words already digits): its days in a year.
FESTIVALS: dict[str, Callable[[int], Span]] = {
    r"(?:双\s*11|double\s*(?:11|eleven)|singles'?\s*day|(?<![\d.])11\.11(?!\d))": _days((11, 1), (11, 11)),
    r"(?:双\s*12|double\s*(?:12|twelve))": _days((12, 1), (12, 12)),
    r"(?:(?<!\d)618(?!\d)|(?<![\d.])6\.18(?!\d))": _days((6, 1), (6, 18)),
    r"(?:国庆(?:节|黄金周)?|national\s*day|golden\s*week)": _days((10, 1), (10, 7)),
    r"(?:圣诞节?|christmas|\bxmas\b)": _days((12, 24), (12, 26)),
    _BLACK_FRIDAY: lambda year: Span.between(_black_friday(year), _black_friday(year)),
    rf"(?:{_BLACK_FRIDAY}\s*(?:[那这当]?1?个?(?:周|星期)|week\b)|week\s+of\s+{_BLACK_FRIDAY})": _black_friday_week,
}


def normalise(text: str, as_of: date) -> str:
    """Lower-case half-width text with digits for number words and for "last year" before a month or sale."""
    text = unicodedata.normalize("NFKC", text).lower().replace("_", " ").replace("’", "'").strip()
    text = re.sub(r"(?:零(?![食售钱])|[〇一二两三四五六七八九十百])+", lambda match: chinese_number(match[0]), text)
    numbers = r"\b(" + "|".join(_WORDS) + r")\b(?=\s+(?:day|week|month|quarter|year))"
    text = re.sub(numbers, lambda match: str(_WORDS[match[1]]), text, flags=re.ASCII)
    text = re.sub(r"(近|过去|最近|这)半年", "近6个月", text)
    text = re.sub(r"\b(?:last|past) half[ -]year\b", "last 6 months", text, flags=re.ASCII)
    return _years_as_numbers(text, as_of)


def _years_as_numbers(text: str, as_of: date) -> str:
    named = rf"q\d|h\d|{MONTH.replace('?P<name>', '?:')}|{'|'.join(reversed(FESTIVALS))}"

    def year(word: str) -> int:
        return as_of.year - _YEARS_BACK[word]

    before = rf"([今去前])年的?(?=\s*(?:\d|上半|下半|第|{named}))"
    text = re.sub(before, lambda match: f"{year(match[1])}年", text, flags=re.ASCII)
    before = rf"\b(this|last) year(?:'s)?\s+(?={named})"
    text = re.sub(before, lambda match: f"{year(match[1])} ", text, flags=re.ASCII)
    after = rf"({named})\s*(?:of\s+|in\s+)?(this|last) year\b"
    return re.sub(after, lambda match: f"{match[1]} {year(match[2])}", text, flags=re.ASCII)
