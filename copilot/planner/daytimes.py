"""Days of the week and hours of the day that a clause names, as values of the dimensions weekday and hour."""

from __future__ import annotations

import re

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match
from tools.numerals import chinese_number

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"(?:(晚上|夜里|下午|傍晚)\s*)?(\d{1,2})\s*(?:点|时(?!间|段))(?:(?:到|至|-|~)\s*(\d{1,2})\s*点)?"
                   r"|(\d{1,2})\s*(am|pm)\b")  # fmt: skip
_SAID_HOURS = re.compile(r"([一二两三四五六七八九十]{1,3})点?[到至]([一二两三四五六七八九十]{1,3})点")
_SPAN = re.compile(r"\b(\d{1,2})\s*(am|pm)?\s*(?:to|and|until|till|-|–)\s*(\d{1,2})\s*(am|pm)\b")
_MIDNIGHT, _NOON = re.compile(r"\bmidnight\b"), re.compile(r"\b(?:noon|midday)\b")
_FROM, _AFTER = re.compile(r"[钟]?(?:以后|之后|过后|后)(?!\d)"), re.compile(r"\b(?:after|from|past)\s*$")
_UNTIL, _BEFORE = re.compile(r"[钟]?(?:以前|之前|前)(?!\d)"), re.compile(r"\bbefore\s*$")
_NO_DAY = re.compile(r"\bblack friday\b|\bcyber monday\b|黑色星期五|网络星期一"
                     r"|周[一二两三四五六]?次|周日均|[上本这下]周[一二三四五六日天]?")  # fmt: skip
"""Words that only look like a day of the week: "once a week", "last week's daily average"."""
_WEEKEND, _REST_OF_WEEK = "sat sun", "mon tue wed thu fri"
_REST = re.compile(r"(?<!by )(?<!which )(?<!each )(?<!every )\bweekday\b|平时|平常|非周末|周中|周内")
"""The other days, beside a weekend."""


def parts_of_time(words: str) -> dict[str, list[str]]:
    """Filters such as {"weekday": ["sat", "sun"]} or {"hour": ["20"]}; `words` must be normalised."""
    words = _NO_DAY.sub(" ", words)
    book = lexicon()
    days = [day for group in weekday_groups(words) for day in group]
    hours = _clock(words) or [hour for key in book.hours.keys(words) for hour in key.split()]
    found = {"weekday": days, "hour": hours}
    return {name: list(dict.fromkeys(values)) for name, values in found.items() if values}


def rest_of_week(words: str) -> list[Match]:
    """ "平时" beside a weekend: the other days."""
    rest = _REST.search(words)
    weekend = any(match.key == _WEEKEND for match in lexicon().weekdays.find(words))
    return [Match(_REST_OF_WEEK, rest.start(), rest.end())] if rest and weekend else []


def weekday_groups(words: str) -> list[list[str]]:
    """Days of the week by the words that name them together: weekends, weekdays, Monday."""
    words = _NO_DAY.sub(" ", words)
    found = [*lexicon().weekdays.find(words), *rest_of_week(words)]  # "weekend shoppers … than weekday ones"
    groups = {match.key: match.start for match in reversed(found)}
    return [key.split() for key in sorted(groups, key=groups.__getitem__)]


def _clock(words: str) -> list[str]:
    words = _SAID_HOURS.sub(lambda said: f"{chinese_number(said[1])}点到{chinese_number(said[2])}点", words)
    words = _NOON.sub("12 pm", _MIDNIGHT.sub("0 am", words))
    if span := _SPAN.search(words):
        first = _of_day(int(span[1]), later=(span[2] or span[4]) == "pm")
        return [f"{hour:02d}" for hour in range(first, _of_day(int(span[3]), later=span[4] == "pm"))]
    match = CLOCK.search(words)
    if match is None:
        return []
    later = match[5] == "pm" if match[4] else bool(match[1])
    first = _of_day(int(match[4] or match[2]), later=later)
    if open_end := _open_end(words, match, first):
        return open_end
    last = _of_day(int(match[3]), later=later) - 1 if match[3] else first
    return [f"{hour:02d}" for hour in range(first, last + 1) if hour < 24]


def _open_end(words: str, match: re.Match[str], hour: int) -> list[str]:
    """The hours to midnight, or from it, of "晚上8点以后" and "before 9 am"; none of a time without such a word."""
    if _FROM.match(words, match.end()) or _AFTER.search(words, 0, match.start()):
        return [f"{each:02d}" for each in range(hour, 24)]
    if _UNTIL.match(words, match.end()) or _BEFORE.search(words, 0, match.start()):
        return [f"{each:02d}" for each in range(hour)]
    return []


def _of_day(hour: int, *, later: bool) -> int:
    return hour + 12 if later and hour < 12 else hour
