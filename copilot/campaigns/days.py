"""Days said by the calendar of today, written as dates: "下周五到周日", "this weekend", "from tomorrow", "月底".

A month said once for both ends of a range is said for each: "11月27日到30日", "November 27-30", "27 to 30 November".
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from tools.calendar import add_months, month_end
from tools.offer.record import MONTHS

_NEAR = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3, "today": 0, "tomorrow": 1}
_WEEKS = {"下下": 2, "下": 1, "next": 1, "本": 0, "这": 0, "this": 0}
_ZH, _EN = "一二三四五六日", ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SAID = re.compile(
    r"(?P<near>大后天|后天|明天|今天|\btomorrow\b|\btoday\b)"
    r"|(?<![每上一两三四几\d])(?P<week>下下|下|本|这)?(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天]|末)(?![次个回遍])"
    rf"|\b(?:(?P<week_en>this|next|coming|the) )?(?P<day_en>{'|'.join(_EN)}|(?<=this |next )weekend)\b"
    r"|(?P<month>下|本|这)?个?月(?P<end>底|末)|\b(?:the )?end of (?P<month_en>this|next|the) month\b"
    r"|(?P<next>下)个?月(?P<number>\d{1,2})[日号]", re.I,
)  # fmt: skip
_THROUGH = re.compile(r"\s*(?:到|至|[-~–—]|to|until|till|through|thru)\s*", re.I)

_TH = r"(?:st|nd|rd|th)?"
_TO = r"\s*(?:到|至|[-~～–—]|to|until|till|through|thru)\s*(?:the )?"
_NO_DAY = r"(?!\s*[\d.:：%元块折件份月]|\s*(?:off|am|pm)\b)"
_MONTH = rf"(?P<month>(?:{'|'.join(MONTHS)})[a-z]*)\b\.?"
_DAY_FIRST = re.compile(
    rf"\b(?:(?P<first>\d{{1,2}}){_TH}{_TO})?\b(?P<last>\d{{1,2}}){_TH}\s+(?:of )?{_MONTH}(?!\s*\d{{1,2}}\b)", re.I
)
_ONCE_EN = re.compile(rf"\b{_MONTH}\s+(?P<first>\d{{1,2}}){_TH}{_TO}(?P<last>\d{{1,2}}){_TH}\b{_NO_DAY}", re.I)
_ONCE_ZH = re.compile(rf"(?P<month>\d{{1,2}})月(?P<first>\d{{1,2}})[日号]?{_TO}(?P<last>\d{{1,2}})(?:[日号]|{_NO_DAY})")


def absolute(words: str, as_of: date) -> str:
    """The words with such days as 2026-11-06, a weekend as the range of its two days.

    A week begins on Monday; a weekday without one is the next such day, at the end of a range the next after its
    first day.
    """
    words = _months_said(words)
    made, place, before = "", 0, None
    for match in _SAID.finditer(words):
        between = words[place : match.start()]
        days = _days(match, as_of, before if before and _THROUGH.fullmatch(between) else as_of)
        made += between + (" to " if match.group().isascii() else "到").join(map(str, days))
        place, before = match.end(), days[-1]
    return made + words[place:]


def _months_said(words: str) -> str:
    """Every day with its own month, in English after it."""
    for pattern in (_DAY_FIRST, _ONCE_EN):
        words = pattern.sub(_month_first, words)
    return _ONCE_ZH.sub(r"\g<month>月\g<first>日到\g<month>月\g<last>日", words)


def _month_first(match: re.Match[str]) -> str:
    days = [day for day in (match["first"], match["last"]) if day]
    return " to ".join(f"{match['month']} {day}" for day in days)


def _days(match: re.Match[str], as_of: date, after: date) -> list[date]:
    said = {name: (value or "").lower() for name, value in match.groupdict().items()}
    if said["near"]:
        return [as_of + timedelta(_NEAR[said["near"]])]
    if said["end"] or said["month_en"]:
        named = said["month"] or said["month_en"]
        return [month_end(add_months(as_of, _WEEKS.get(named, 0)) if named else after)]
    if said["number"]:
        return [month_end(as_of) + timedelta(int(said["number"]))]
    return _weekdays(said["day"] or said["day_en"], said["week"] or said["week_en"], as_of, after)


def _weekdays(day: str, week: str, as_of: date, after: date) -> list[date]:
    """A weekday, or the two days of a weekend."""
    weekend = day in ("末", "weekend")
    place = 5 if weekend else _EN.index(day) if day in _EN else _ZH.index(day.replace("天", "日"))
    if week in _WEEKS:
        first = as_of - timedelta(as_of.weekday()) + timedelta(7 * _WEEKS[week] + place)
    else:
        first = after + timedelta((place - after.weekday()) % 7)
    return [first, first + timedelta(1)] if weekend else [first]
