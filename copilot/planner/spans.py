"""The days that a clause names, and what they are set against: "September versus August", "国庆那周跟前一周比"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from copilot.planner.lexicon import lexicon
from copilot.planner.vocabulary import Vocabulary
from tools.calendar import unit_start
from tools.errors import ToolError
from tools.results import Window
from tools.time_words import normalise as with_years
from tools.windows import find_windows, locate_windows, parse_window, previous_window

_ONE_BEFORE = re.compile(
    r"比(?:之?前|上)(?:面?的?一?个?)(?P<days_zh>\d{1,3})(?:天|日)|\b(?:than|vs\.?|versus|against|to|with) (?:in )?"
    r"(?:the )?(?:(?:previous|prior|preceding) (?P<days>\d{1,3}) days"
    r"|(?P<days_en>\d{1,3}) days before(?: that| it)?\b)|"
    r"(?:跟|和|与|同|比起?|较|对比|相比于?)(?:它|其|那)?的?(?:之?前|再?上)一?个?(?P<zh>周|星期|礼拜|月|季度|天|日)"
    r"(?:[相对]?比较?(?:呢|起来)?)?"
    r"|\b(?:vs\.?|versus|than|against|from|over|(?:compar\w+ (?:it )?)?(?:to|with)) (?:in |that of )?"
    r"the (?P<en>day|week|month|quarter|weekend|one|(?:mon|tues|wednes|thurs|fri|satur|sun)day) (?:just "
    r"|right )?before\b(?! last)"
    r"|[，,?？]\s*(?:那么?|它|其)?的?(?:之?前|再?上)一个?(?P<last_zh>周|星期|礼拜|月|季度|天|日)的?呢?\W*$"
    r"|(?:[,?]| and)\s*(?:and |what about |how about )*the (?P<last_en>day|week|month|quarter) before(?: that| it)?\W*$"
)
_FROM_LAST = re.compile(r"\bfrom (?=last [a-z]+\b(?! (?:to|until|till|through|thru|on|onwards?|up)\b| ?[-–]))")
"""Of that time, not since it: "the text from last December"."""
_SATURDAY = 5
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "季度": "quarter"}
_AS_A_WHOLE = re.compile(
    r"\b(?:as a whole|overall|altogether|the whole (?:month|quarter|year))\b|整个?(?:月|季|年)|全[月季年]"
)
_YEAR = re.compile(r"\b(?:of|in) ((?:19|20)\d\d)\b(?![-/.年])")


def comparison(words: str, cues: frozenset[str], vocabulary: Vocabulary) -> tuple[frozenset[str], str, str]:
    """Return the cues that hold, what to compare with ("", "previous" or "last_year"), and the text without the words
    that say so: "than last month" names no window.
    """
    words = _FROM_LAST.sub("in ", words)
    if vocabulary.last_day is not None:
        words = _one_before(words, vocabulary.last_day, vocabulary.first_day)
        cues |= {name for name in ("compare_previous", "versus") if lexicon().cues[name].find(words)}
        if _is_of_a_period(words, vocabulary.last_day):
            cues -= {"compare_year"}
    compare = "last_year" if "compare_year" in cues else "previous" if "compare_previous" in cues else ""
    for cue in ("compare_year", "compare_previous", "versus"):
        for match in reversed(lexicon().cues[cue].find(words) if cue in cues else []):
            words = f"{words[: match.start]}, {words[match.end :]}"  # "9月 vs 8月" are two
    return cues, compare, words


def _is_of_a_period(words: str, last_day: date) -> bool:
    """Whether the "last year" of a comparison is only the year of a period: "vs 去年下半年"."""
    cue = lexicon().cues["compare_year"]
    return bool(cue.find(words)) and not cue.find(with_years(words, last_day))


def _one_before(words: str, last_day: date, first_day: date) -> str:
    """ "跟前一周比" written as 环比, or as its days where they are not the window just before the named one."""
    match = _ONE_BEFORE.search(words)
    if match is None:
        return words
    rest = f"{words[: match.start()]} {words[match.end() :]}"
    named = [span for _, _, span in locate_windows(with_years(rest, last_day), last_day, first_day)]
    try:
        window = parse_window(named[0].label, last_day, first_day) if len(named) == 1 else None
    except ToolError:  # outside the data; the tool will say so
        window = None
    written = "环比"
    if window is not None and window.start is not None:
        days, previous = _asked_before(match, window), previous_window(window)
        if previous is None or (previous.start, previous.end) != days:
            written = f"对比 {days[0]}..{days[1]}"
    return f"{words[: match.start()]} {written} {words[match.end() :]}"


def _asked_before(match: re.Match[str], window: Window) -> tuple[date, date]:
    start = window.start
    if match["en"] == "one":  # as long as the window itself, or the unit that it is
        weekend = (window.days, start.weekday()) == (2, _SATURDAY)
        previous = previous_window(window)
        return _before(start, "weekend") if weekend else (previous.start, previous.end)
    if count := match["days_zh"] or match["days"] or match["days_en"]:
        return start - timedelta(days=int(count)), start - timedelta(days=1)
    said = match["zh"] or match["last_zh"]
    return _before(start, _UNITS[said] if said else match["en"] or match["last_en"])


def _before(start: date, unit: str) -> tuple[date, date]:
    """The seven days, or the calendar unit, that ended just before a day; before a weekend the one a week earlier."""
    if unit.endswith("day") and unit != "day":
        return start - timedelta(days=7), start - timedelta(days=7)
    if unit == "weekend":
        return start - timedelta(days=7), start - timedelta(days=6)
    last = start - timedelta(days=1)
    return (start - timedelta(days=7) if unit == "week" else unit_start(unit, last)), last


def windows(words: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Labels of the windows that the text names; a window inside another one says only which."""
    if vocabulary.last_day is None:
        return ()
    labels = find_windows(words, vocabulary.last_day, vocabulary.first_day)
    labels = labels or _YEAR.findall(words)  # "which month of 2026"
    if _AS_A_WHOLE.search(words):  # "on June 18, and for June as a whole"
        return tuple(labels)
    return tuple(label for label in labels if not any(_within(other, label, vocabulary) for other in labels))


def read_windows(labels: tuple[str, ...], vocabulary: Vocabulary) -> list[Window]:
    """The windows of these labels; none at all where one lies outside the data, which the tool will say."""
    try:
        return [parse_window(label, vocabulary.last_day, vocabulary.first_day) for label in labels]
    except ToolError:
        return []


def outside_data(labels: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """The first of these windows that lies outside the data, "" for none."""
    return next((label for label in labels if not read_windows((label,), vocabulary)), "")


def _within(label: str, wider: str, vocabulary: Vocabulary) -> bool:
    """Whether a window lies inside another: in "Double 11 last year" the year only says which."""
    read = read_windows((label, wider), vocabulary)
    if label == wider or not read:
        return False
    inner, outer = read
    return inner.start is not None and (outer.start is None or outer.start <= inner.start) and inner.end <= outer.end
