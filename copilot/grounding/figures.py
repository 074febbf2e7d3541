"""The figures and dates of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SCALES = {
    "万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3,
    "billion": 1e9, "bn": 1e9, "million": 1e6, "k": 1e3,
}  # fmt: skip
Mark = Literal["", "percent", "points", "tenths"]
_TENTHS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALE = "|".join(SCALES)
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.#])(?P<sign>[-+−](?=\s?[¥￥$€£]?\d))?\s?(?P<money>[¥￥$€£])?\s?"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<scale>\s?(?:{_SCALE})(?![a-z]))?"
    rf"(?:(?P<percent>\s?[%％])|(?P<points>\s?(?:个百分点|百分点|pts\b|pp\b|percentage points?)))?",
    re.IGNORECASE,
)
_CHENG = re.compile(
    r"(?<![一二两三四五六七八九十第])([一二两三四五六七八九])成(?P<half>半)?(?![为了功长果本交立熟员就都套])"
)
_DATE = re.compile(r"(?<!\d)(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?|年(?:(\d{1,2})月(?:(\d{1,2})日)?)?)(?!\d)")
MONTHS = ("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
          "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?")  # fmt: skip
_NAME = "|".join(MONTHS)
_ENGLISH = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<month>{_NAME})\.?\s+(?:(?P<after>\d{{1,2}})(?:st|nd|rd|th)?,\s*)?"
    r"(?P<year>\d{4})\b", re.IGNORECASE,
)  # fmt: skip
_NAMED = r"(?=[^`\]\s]*[A-Za-z#_])[^`\]\s]*"
_SKIP = re.compile(rf"`{_NAMED}`|\[{_NAMED}\]|\{{[^}}\n]*\}}|https?://\S+|^\s*\d+[.、)]\s", re.MULTILINE)
"""Ids, names in code, merge fields, links and list numbers; a figure in code or brackets is one."""


@dataclass(frozen=True)
class Figure:
    """A number as written: `value` counts units, for a percentage hundredths."""

    start: int
    end: int
    words: str
    value: float
    step: float
    """Worth of one unit in the last digit shown."""
    mark: Mark = ""
    sign: int = 0
    """1 or -1 where the text writes one."""
    money: bool = False
    """Whether a currency sign stands before it."""

    @property
    def percent(self) -> bool:
        return self.mark != ""

    @property
    def slack(self) -> float:
        """How far a value may be off and still be written like this."""
        return self.step / 2 * (1 + 1e-9) + 1e-9

    def writes(self, value: float) -> bool:
        """Whether `value`, rounded to the digits shown, is written like this; signs aside."""
        return abs(abs(value) * (100 if self.percent else 1) - self.value) <= self.slack


@dataclass(frozen=True)
class Day:
    """A date, month or year as written."""

    start: int
    end: int
    words: str
    parts: tuple[int, ...]


def figures(words: str) -> Iterator[Figure]:
    """Yield every figure in the text; dates, code, links and list numbers are no figures."""
    plain = _blank(_ENGLISH, _blank(_DATE, _blank(_SKIP, words)))
    for match in _NUMBER.finditer(plain):
        digits = match["digits"].replace(",", "")
        scale = SCALES[match["scale"].strip().lower()] if match["scale"] else 1.0
        places = len(digits.partition(".")[2])
        yield Figure(
            match.start("digits"), match.end(), match.group(), float(digits) * scale, scale * 10.0**-places,
            mark="percent" if match["percent"] else "points" if match["points"] else "",
            sign=0 if not match["sign"] else 1 if match["sign"] == "+" else -1, money=bool(match["money"]),
        )  # fmt: skip
    for match in _CHENG.finditer(plain):
        value = 10.0 * _TENTHS[match[1]] + (5.0 if match["half"] else 0.0)
        yield Figure(match.start(), match.end(), match.group(), value, 5.0 if match["half"] else 10.0, mark="tenths")


def days(words: str) -> Iterator[Day]:
    """Yield every date, month and year: 2026-08-03, 2026年8月, August 2026, 3 August 2026."""
    plain = _blank(_SKIP, words)
    for match in _ENGLISH.finditer(plain):
        month = next(n for n, name in enumerate(MONTHS, 1) if re.fullmatch(name, match["month"], re.IGNORECASE))
        parts = tuple(int(part) for part in (match["year"], month, match["before"] or match["after"]) if part)
        yield Day(match.start(), match.end(), match.group(), parts)
    for match in _DATE.finditer(plain):
        year, month, day, month_zh, day_zh = match.groups()
        parts = tuple(int(part) for part in (year, month or month_zh, day or day_zh) if part)
        yield Day(match.start(), match.end(), match.group(), parts)


def _blank(pattern: re.Pattern[str], words: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), words)
