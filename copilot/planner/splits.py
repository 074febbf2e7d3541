"""What a clause splits a figure by, and the part of a ranking that it wants."""

from __future__ import annotations

import re

from copilot.planner.daytimes import WEEK
from copilot.planner.grammar import ranked_period
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import blank
from copilot.planner.numbers import NUMBER, number
from copilot.planner.phrased import phrased
from copilot.planner.vocabulary import Vocabulary

_TOP = re.compile(
    rf"(?:前|排名前|top|best|bottom|first)\s*{NUMBER}(?!\d|个?月|天|周|年|期|季)|(?<=的){NUMBER}个"
    rf"|(?:which|哪)\s*(?!one\b|一|几){NUMBER}|{NUMBER}\s+(?:best|top|largest|biggest|worst)"
)
_PERIOD_CUES = {"trend": "month", "daily": "day", "weekly": "week", "quarterly": "quarter"}
_TIMES = frozenset({"tier", "month", "day", "week", "quarter"})
"""Splits that are read by other words than their names."""


def limit(words: str) -> int:
    """How many rows are asked for, 0 where it is not said."""
    return number(_TOP, words)


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
    if len(filters.get("weekday", [])) == len(WEEK):  # weekends against weekdays: each for itself
        named = [name for name in named if name != "weekday"]
    plain = blank(words, metrics)  # "daily orders" is a metric, no split by day
    periods = [period for cue, period in _PERIOD_CUES.items() if lexicon().cues[cue].find(plain)]
    periods = ranked_period(words) or periods
    if "weekday" in named:  # "which day of the week" names no day
        periods = [period for period in periods if period != "day"]
    return tuple(dict.fromkeys([*periods[-1:], *named]))[:2]
