"""What a clause splits a figure by, and the part of a ranking that it wants."""

from __future__ import annotations

import re

from copilot.planner.daytimes import WEEK
from copilot.planner.grammar import ranked_period
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, blank
from copilot.planner.numbers import NUMBER, number
from copilot.planner.phrased import phrased
from copilot.planner.vocabulary import Vocabulary

TOP = re.compile(
    rf"(?:前|排名前|top|best|bottom|worst|highest|lowest|weakest|first)\s*{NUMBER}(?!\d|个?\s*\d|个?月|天|周|年|期|季)|(?<=的){NUMBER}(?:个|款|样|种|家|座|大)"
    rf"|(?:which|哪)\s*(?!one\b|一|几){NUMBER}"
    rf"|{NUMBER}\s+(?:best|top|largest|biggest|worst|highest|lowest|smallest|leading|busiest|weakest|strongest|poorest"
    r"|most|least|hottest|slowest|fastest)"
    rf"|(?<!哪)(?!几){NUMBER}(?:个(?!月|星期|礼拜|季|钟|小时)|款|样|种|家|座)(?=[^，,。?？]{{0,8}}?最)"
)
_LINES = re.compile(r"(?:哪|几|[一两二三四五六七八九十\d]+)款|单品|爆款|\b(?:best[- ]?|top[- ]?"
    r"|worst[- ]?)?sell(?:ers|ing)\b")
_WHERE = re.compile(
    r"\bwhere (?:do|does|are|is|did)\b.{1,40}\b(?:liv(?:e|es|ing)|located|based|com(?:e|es|ing) from|from"
    r"|concentrated|sit)\b"
    r"|(?:住|集中|分布|来自|人在)(?:在)?(?:哪|什么地方)"
)
_WHEN = re.compile(
    r"\bwhen (?:do|does|did)\b.{1,30}\b(?:most|least)\b|(?:什么时候|啥时候|一天里|一天中).{0,8}(?:下单|买|单).{0,4}最"
)
_LIKES = re.compile(
    r"(?:喜欢|爱|常|主要|偏爱|通常|一般|都|最|在)+买(?:些|点|的)?(?:是)?(?:什么|啥|哪些|哪类|哪几类|哪种)(?!时候)"
    r"|买得?最多的是?(?:什么|啥|哪些?|哪类|哪种|哪个)"
    r"|\bwhat (?:kinds? of (?:things|products|stuff) |categor(?:y|ies) |sort of things |products )?(?:do|does|did"
    r"|are|were)\b[^,?]{1,60}?"
    r"\b(?:like to |love to |tend to |usually |mostly |mainly |typically |prefer to )*(?:buy(?:ing)?|purchas(?:e"
    r"|ing)|ordering|to order)\b"
    r"(?: (?:the )?(?:most|mostly|first|from us))*(?=\W*$| in | on | this | last | during | since )"
)
_PERIOD_CUES = {"trend": "month", "daily": "day", "weekly": "week", "quarterly": "quarter"}
_TIMES = frozenset({"tier", "month", "day", "week", "quarter"})
"""Splits that are read by other words than their names."""


def likes(words: str) -> list[Match]:
    """Words that ask what is bought, without naming how it is measured: "深圳客户喜欢买什么"."""
    return [Match("likes", each.start(), each.end()) for each in _LIKES.finditer(words)]


def lives(words: str) -> list[Match]:
    """Words that ask where people live, or at which hour they buy."""
    return [Match("where", *each.span()) for pattern in (_WHERE, _WHEN) for each in pattern.finditer(words)]


def limit(words: str) -> int:
    """How many rows are asked for, 0 where it is not said."""
    return number(TOP, words)


def dimensions(
    words: str, vocabulary: Vocabulary, cues: frozenset[str], filters: dict[str, list[str]]
) -> tuple[str, ...]:
    metrics = vocabulary.metrics.find(words)
    covered = [*metrics, *phrased(words)]
    found = [m for m in vocabulary.dimensions.find(words) if not any(m.inside(other) for other in covered)]
    # In "抖音渠道每个月" the word belongs to the value before it, whatever else is split.
    ends = {(name, m.end) for name, matcher in vocabulary.values.items() for m in matcher.find(words)}
    named = [m.key for m in found if (m.key, m.start) not in ends or len(filters.get(m.key, [])) > 1]
    # In "the skincare category" the word only says what skincare is.
    named = [name for name in named if len(filters.get(name, [])) != 1 or "split" in cues]
    named = [name for name in named if name not in _TIMES]
    if "哪边" in words and any(len(values) > 1 for values in filters.values()):  # which of them, not which shop
        named = [name for name in named if name != "channel" or name in filters]
    if len(filters.get("weekday", [])) == len(WEEK):  # weekends against weekdays: each for itself
        named = [name for name in named if name != "weekday"]
    plain = blank(words, metrics)  # "daily orders" is a metric, no split by day
    periods = [period for cue, period in _PERIOD_CUES.items() if lexicon().cues[cue].find(plain)]
    periods = ranked_period(words) or periods
    if not (named or periods) and _WHERE.search(words) and "city" in vocabulary.values and "city" not in filters:
        named = ["city"]
    if not (named or periods) and _WHEN.search(words):
        named = ["hour"]
    if not (named or periods) and likes(words) and "category" in vocabulary.values and "product" not in filters:
        named = ["product" if "category" in filters else "category"]
    if not (named or periods) and cues & {"top", "bottom"} and _asks_which_product(words, filters, vocabulary):
        named = ["product"]
    if "weekday" in named:  # "which day of the week" names no day
        periods = [period for period in periods if period != "day"]
    return tuple(dict.fromkeys([*periods[-1:], *named]))[:2]


def _asks_which_product(words: str, filters: dict[str, list[str]], vocabulary: Vocabulary) -> bool:
    """ "Three best selling pastries", "which snack sells best", "糕点里卖得最好的三款": products of one category."""
    if len(filters.get("category", [])) != 1 or "product" in filters:
        return False
    ((start, end),) = [(each.start, each.end) for each in vocabulary.values["category"].find(words)][:1]
    which = re.search(r"(?:\bwhich|哪(?:个|种|样|些|几种))\s*$", words[:start]) and not re.match(r"的|品类"
        r"|类", words[end:])
    top = TOP.search(words)
    between = words[top.end() : start] if top and top.end() <= start else "?"
    of_it = not re.sub(r"的|selling|best|worst|款|样|种|个", "", between).strip()
    return bool(which or of_it or (top and _LINES.search(words)))
