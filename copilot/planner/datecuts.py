"""Days cut from a period, or counted from it or from today; the phrases that ask for them stand in `dates`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from tools.calendar import add_months, month_end, unit_start
from tools.numerals import chinese_number
from tools.results import Window

Days = tuple[date, date]
Maker = Callable[[re.Match[str], Window | None, date], Days | None]
"""From what was said, the period it names (if any) and today: the first and the last day, None where there are none."""

_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
          "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "first": 1, "1st": 1,
          "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "couple of": 2}  # fmt: skip
_NAMES = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "季度": "quarter",
          "年": "year"}  # fmt: skip

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK_ZH = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}


def _count(match: re.Match[str]) -> int:
    said = match["n"].strip().removeprefix("a ") if " " in match["n"] else match["n"]
    if said.isdigit():
        return int(said)
    return _WORDS[said] if said in _WORDS else int(chinese_number(said))


def _unit(match: re.Match[str]) -> str:
    said = match["unit"] or match.groupdict().get("unit_zh")
    return _NAMES.get(said) or said.rstrip("s")


def last_full(match: re.Match[str], _: Window | None, today: date) -> Days:
    """Whole calendar units that have ended: on the last day of one it has."""
    unit, count = _unit(match), _count(match) if match.groupdict().get("n") else 1
    ended = 0 if _begin(unit, 0, today + timedelta(days=1)) > today else 1
    return _whole(unit, ended + count - 1, ended, today)


def before_this(match: re.Match[str], _: Window | None, today: date) -> Days:
    """ "上两个月": the calendar units before the current one."""
    return _whole(_unit(match), _count(match), 1, today)


def _whole(unit: str, oldest: int, newest: int, today: date) -> Days:
    """The calendar units from so many back to so many back, whole."""
    return _begin(unit, oldest, today), _begin(unit, newest - 1, today) - timedelta(days=1)


def _begin(unit: str, back: int, today: date) -> date:
    return _after(unit_start(unit, today), unit, -back)


def ago(match: re.Match[str], _: Window | None, today: date) -> Days:
    return _whole(_unit(match), _count(match), _count(match), today)


def year_ago(match: re.Match[str], _: Window | None, today: date) -> Days:
    day = add_months(today, -12)
    return day, day


def half_year_ago(match: re.Match[str], _: Window | None, today: date) -> Days:
    return _whole("month", 6, 6, today)


def months_through(match: re.Match[str], _: Window | None, today: date) -> Days | None:
    """ "1-9月", "2026年7到9月"."""
    first, last = (int(chinese_number(match[name])) if not match[name].isdigit() else int(match[name])
                   for name in ("from", "to"))  # fmt: skip
    if not (1 <= first < last <= 12):
        return None
    said = match["year"]
    year = today.year - {"今": 0, "去": 1, "前": 2}.get(said[0], 0) if said else today.year
    year = int(said[:4]) if said and said[:4].isdigit() else year
    if not said and date(year, first, 1) > today:
        year -= 1
    return date(year, first, 1), month_end(date(year, last, 1))


def first_of(match: re.Match[str], base: Window, _: date) -> Days:
    """ "first 3 months of 2026", "今年前三个季度", "the first week of September"."""
    unit, count = _unit(match), _count(match) if match.groupdict().get("n") else 1
    return base.start, _after(base.start, unit, count) - timedelta(days=1)


def first_quarters(match: re.Match[str], _: Window | None, today: date) -> Days:
    """ "前三季度": the first quarters of the current year, taken together."""
    start = unit_start("year", today)
    return start, _after(start, "quarter", _count(match)) - timedelta(days=1)


def last_of(match: re.Match[str], base: Window, _: date) -> Days:
    unit, count = _unit(match), _count(match) if match.groupdict().get("n") else 1
    end = _end_of(base)
    if unit in {"month", "quarter"}:
        return _after(end + timedelta(days=1), unit, -count), end
    return end - timedelta(days=_DAYS[unit] * count - 1), end


_DAYS = {"day": 1, "week": 7}
"""Days of the units that are no months."""


def _end_of(base: Window) -> date:
    """The period's own last day, though the data may end before it."""
    if re.fullmatch(r"20\d\d|this_year|last_year", base.label):
        return date(base.start.year, 12, 31)
    return month_end(base.end) if base.start.day == 1 else base.end


def _after(day: date, unit: str, count: int) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    return add_months(day, months * count) if months else day + timedelta(days=_DAYS[unit] * count)


def nth_week(match: re.Match[str], base: Window, _: date) -> Days | None:
    """The nth seven days of a month, the 1st to the 7th first."""
    first = base.start + timedelta(days=7 * (_count(match) - 1))
    return (first, min(first + timedelta(days=6), month_end(base.start))) if first.month == base.start.month else None


def part(match: re.Match[str], base: Window, _: date) -> Days:
    """Halves and thirds of a month."""
    said = match["part"]
    first, last = next(days for words, days in _PARTS.items() if re.fullmatch(words, said))
    end = month_end(base.start)
    return base.start.replace(day=first), end if last is None else base.start.replace(day=last)


_PARTS: dict[str, tuple[int, int | None]] = {
    r"上半月?|first half": (1, 15), r"下半月?|second half|latter half|back half": (16, None), r"上旬": (1, 10),
    r"中旬": (11, 20), r"下旬": (21, None),
}  # fmt: skip


def week_of(match: re.Match[str], base: Window, _: date) -> Days | None:
    """Monday to Sunday around a day; a sale of several days lies in no one week."""
    if base.start != base.end:
        return None
    monday = base.start - timedelta(days=base.start.weekday())
    return monday, monday + timedelta(days=6)


def before(match: re.Match[str], base: Window, _: date) -> Days:
    unit, count = _unit(match), _count(match) if match.groupdict().get("n") else 1
    return _after(base.start, unit, -count), base.start - timedelta(days=1)


def after_it(match: re.Match[str], base: Window, _: date) -> Days:
    unit, count = _unit(match), _count(match) if match.groupdict().get("n") else 1
    start = base.end + timedelta(days=1)
    return start, _after(start, unit, count) - timedelta(days=1)


def since_over(match: re.Match[str], base: Window, today: date) -> Days | None:
    """From the day after a sale to today."""
    start = base.end + timedelta(days=1)
    return (start, today) if start <= today else None


def weekend(match: re.Match[str], _: Window | None, today: date) -> Days:
    back = 7 if (match["which"] or match["which_zh"]) in {"last", "past", "上"} else 0
    saturday = unit_start("week", today) + timedelta(days=5 - back)
    return saturday, saturday + timedelta(days=1)


def weekday(match: re.Match[str], _: Window | None, today: date) -> Days | None:
    """ "上周六", "last Friday": the one of that week, or the latest that is over; what is still to come is left."""
    if match["zh"]:
        day = unit_start("week", today) + timedelta(days=_WEEK_ZH[match["zh"]] - 7 * match["back"].count("上"))
    else:
        ahead = _WEEK.index(match["en"].lower()) - today.weekday()
        day = today + timedelta(days=ahead - 7 if ahead > 0 or (not ahead and match["which"] == "last") else ahead)
    return (day, day) if day <= today else None


def weekdays(match: re.Match[str], _: Window | None, today: date) -> Days | None:
    """ "上周五到周日", "last Friday through Sunday": the latest such days that are over."""
    if match["zh"]:
        week = unit_start("week", today) - timedelta(days=7 * match["back"].count("上"))
        first, last = (week + timedelta(days=_WEEK_ZH[match[name]]) for name in ("zh", "zh_last"))
        return (first, min(last, today)) if first <= last and first <= today else None
    begin, end = (_WEEK.index(match[name].lower()) for name in ("en", "en_last"))
    last = today - timedelta(days=(today.weekday() - end) % 7)
    return last - timedelta(days=(end - begin) % 7), last


def back(unit: str, count: int) -> Maker:
    return lambda match, base, today: _whole(unit, count, count, today)


def this(unit: str) -> Maker:
    return lambda match, base, today: (unit_start(unit, today), today)


def rolling(months: int = 0, days: int = 0) -> Maker:
    return lambda match, base, today: (
        add_months(today + timedelta(days=1), -months) if months else today - timedelta(days=days - 1), today
    )  # fmt: skip


def days_in_it(match: re.Match[str], period: Window | None, _: date) -> Days | None:
    """ "国庆七天（1号到7号）": days by their numbers, of the month that the sale or the holiday ends in."""
    told = match.groupdict()
    first, last = (int(told.get(name) or period.end.month) for name in ("from_month", "to_month"))
    try:
        return (period.end.replace(month=first, day=int(match["from"])),
                period.end.replace(month=last, day=int(match["to"])))
    except ValueError:  # no such day
        return None


def its_last_day(_: re.Match[str], period: Window | None, __: date) -> Days:
    """ "双11当天": a sale of many days goes by the name of its last one."""
    return period.end, period.end
