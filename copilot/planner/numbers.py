"""Numbers that a clause says in figures or in words, and what they count."""

from __future__ import annotations

import re
from collections.abc import Collection

_DIGITS = {
    "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "几": 3, "a": 1,
    "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "twenty": 20, "some": 3,
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
NUMBER = rf"(\d{{1,3}}|{'|'.join(sorted(_DIGITS, key=len, reverse=True))})"
_NTH = rf"({'|'.join(_ORDINALS)})"
_UNITS = r"(?:months?|weeks?|quarters?)"

AGE = re.compile(r"(?:每|every)\s*(\d{1,3})\s*(?:天|日|days?)|(\d{1,3})[- ]day (?:periods?|cohorts?)")
"""Length of a cohort's periods, days."""
PERIOD = re.compile(
    rf"第\s*{NUMBER}\s*(?:个月|月|周|个季度|期)|\b(?:month|week|quarter)\s+(\d{{1,2}})(?!\d)"
    rf"|{NUMBER}\s*个?(?:月|周|季度)(?:后|之后)|after\s+{NUMBER}\s+{_UNITS}|{NUMBER}\s+{_UNITS}\s+(?:later|on\b)"
    rf"|{_NTH}\s+(?:month|week|quarter)"
)
"""Which period since the first order."""
STEP = re.compile(
    rf"第{NUMBER}(?:单|次)[^第]{{0,4}}(?:到|至|→|->|后|之后)"
    rf"|{_NTH}\s+(?:(?:order|purchase)\s+)?(?:to|until)\s+(?:the\s+|their\s+)?(?:second|third|fourth|fifth|next)"
    rf"|after (?:the|their)\s+{_NTH}\s+(?:order|purchase)"
)
"""Which order days are counted from."""
_AHEAD = re.compile(
    rf"\b(?:next|coming) (?:(?P<n>{NUMBER}) )?(?P<unit>day|week|month|quarter|year)s?\b"
    rf"|(?:未来|今后|接下来)的?(?P<zh_n>{NUMBER}|半)个?(?P<zh_unit>天|周|月|季度|年)|下个?(?P<zh_next>周|月|季度)|(?P<zh_year>明)年"
)
_DAYS = {
    "day": 1, "天": 1, "week": 7, "周": 7, "month": 30, "月": 30, "quarter": 91, "季度": 91, "year": 365, "年": 365,
    "明": 365,
}  # fmt: skip
HORIZON = re.compile(r"(?<![近去])(?<!last )(?<!past )(?<!\d)(\d{2,3})\s*(?:天|日|days?)")


RFM_CELL = re.compile(
    r"(?<![\d.,])([1-5]{3})(?![\d.,%])|(?:都是|全是|均为|都)\s*([1-5])\s*分?|\ball (?:three )?([1-5])s\b"
)
"""An RFM score of three digits, or one digit for all three."""


def rfm_cell(words: str, cues: Collection[str]) -> str:
    """The RFM cell that a clause about RFM names ("555"), or ""."""
    match = RFM_CELL.search(words) if "rfm" in cues else None
    return (match[1] or 3 * (match[2] or match[3])) if match else ""


def number(pattern: re.Pattern[str], words: str) -> int:
    """The first number that the pattern finds, 0 for none."""
    match = pattern.search(words)
    if match is None:
        return 0
    digits = next(group for group in match.groups() if group)
    return int(digits) if digits.isdigit() else (_DIGITS | _ORDINALS)[digits]


def days_ahead(words: str) -> int:
    """Length in days of the time to come that a clause names ("next 90 days", "未来半年"), 0 for none."""
    match = _AHEAD.search(words)
    if match is None:
        return 0
    unit = next(match[name] for name in ("unit", "zh_unit", "zh_next", "zh_year") if match[name])
    said = match["n"] or match["zh_n"] or "1"
    if said == "半":
        return 182 if unit == "年" else _DAYS[unit] // 2
    return _DAYS[unit] * (int(said) if said.isdigit() else _DIGITS[said])
