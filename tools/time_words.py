"""Brings a phrase about time to one plain form: half-width, lower case, digits, years as numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tools.festivals import FESTIVALS
from tools.numerals import chinese_number

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december"]  # fmt: skip
MONTH = r"\b(?P<name>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\b\.?"

_WORDS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
          "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90}  # fmt: skip
_YEARS_BACK = {"今": 0, "去": 1, "前": 2, "this": 0, "last": 1}


# Holidays that are named by the number of their day, before numbers are read: no number is "5 1" or "6 1" in words.
_DIGIT = "[零一二三四五六七八九十百两]"
_BY_NUMBER = [(re.compile(rf"(?<!{_DIGIT}){said}(?!{_DIGIT})"), name) for said, name in (
    (r"五一(?:国际)?(?:劳动)?节?", "劳动节"), (r"六一(?:儿童)?节?(?!八)", "儿童节"),
    (r"三八(?=妇女|女神|女王|节)", "38"),
    (r"(?<!双)十一(?=假期|黄金周|长假|小长假|期间|放假|那几天|那周|[7七]天)", "国庆"),
)]  # fmt: skip


_MONTHS_IN_A_ROW = re.compile(
    r"(?<![\d.])((?:1[0-2]|[1-9])(?:\s*[、,，和]\s*(?:1[0-2]|[1-9]))+)(?:月份?|这?[两二三四五六2-6]个月)(?!内|以)"
)
"""Months that share one word: "8、9、10三个月"."""


def _each_month(match: re.Match[str]) -> str:
    months = re.findall(r"\d+", match[1])
    return "、".join(f"{month}月" for month in months) if months == sorted(months, key=int) else match[0]


def normalise(text: str, as_of: date) -> str:
    """Lower-case half-width text with digits for number words and for "last year" before a month or sale."""
    text = unicodedata.normalize("NFKC", text).lower().replace("_", " ").replace("’", "'").strip()
    for said, name in _BY_NUMBER:
        text = said.sub(name, text)
    text = _MONTHS_IN_A_ROW.sub(_each_month, text)
    words = r"(?<!\d)(?:零(?![食售钱])|[〇一二两三四五六七八九十百])+"
    text = re.sub(words, lambda match: chinese_number(match[0]), text)
    numbers = r"\b(" + "|".join(_WORDS) + r")\b(?=\s+(?:day|week|month|quarter|year))"
    text = re.sub(numbers, lambda match: str(_WORDS[match[1]]), text, flags=re.ASCII)
    text = re.sub(r"(近|过去|最近|这)半年", "近6个月", text)
    text = re.sub(r"\b(?:last|past) half[ -]year\b", "last 6 months", text, flags=re.ASCII)
    return _years_as_numbers(text, as_of)


def _years_as_numbers(text: str, as_of: date) -> str:
    named = rf"q\d|h\d|(?:first|second) half\b|{MONTH.replace('?P<name>', '?:')}|{'|'.join(reversed(FESTIVALS))}"

    def year(word: str) -> int:
        return as_of.year - _YEARS_BACK[word]

    before = rf"([今去前])年的?(?=\s*(?:\d|上半|下半|第|{named}))"
    text = re.sub(before, lambda match: f"{year(match[1])}年", text, flags=re.ASCII)
    before = rf"\b(this|last) year(?:'s)?\s+(?={named})"
    text = re.sub(before, lambda match: f"{year(match[1])} ", text, flags=re.ASCII)
    after = rf"({named})\s*(?:of\s+|in\s+)?(this|last) year\b"
    return re.sub(after, lambda match: f"{match[1]} {year(match[2])}", text, flags=re.ASCII)
