"""Pull the slots out of one clause: metrics, tiers, windows, filters, channel, goal, offer …"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from copilot.language import language_of
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, normalise
from copilot.planner.vocabulary import Vocabulary
from tools.offer import parse_offer
from tools.windows import find_windows

_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "十": 10, "几": 3,
           "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "some": 3}  # fmt: skip
_NUMBER = rf"(\d{{1,3}}|{'|'.join(sorted(_DIGITS, key=len, reverse=True))})"
_TOP = re.compile(rf"(?:前|排名前|top|best|bottom|first)\s*{_NUMBER}(?!\d|月|天|周|年)")
_COPIES = re.compile(
    rf"{_NUMBER}\s*(?:条|封|版|个版本|套|则|段|种)|{_NUMBER}\s+(?:[a-z-]+\s+){{0,3}}?(?:messages?|sms|texts?|emails?|e-mails?|pushes|drafts?|variants?|versions?|options?|push)"
)
_PERIOD_CUES = {"trend": "month", "daily": "day", "weekly": "week", "quarterly": "quarter"}
_WEAK_METRICS = {"customers"}
"""A metric whose words ("customers", "users") also just name who is meant."""


@dataclass(frozen=True)
class Slots:
    text: str = ""
    cues: frozenset[str] = frozenset()
    metrics: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    all_tiers: bool = False
    dimensions: tuple[str, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)
    windows: tuple[str, ...] = ()
    compare: str = ""
    order: str = ""
    limit: int = 0
    channel: str = ""
    goal: str = ""
    message_language: str = ""
    offer: str = ""
    copies: int = 0

    def inherit(self, earlier: Slots, *names: str) -> Slots:
        """Take the named slots from an earlier clause where this one leaves them empty."""
        return replace(self, **{name: getattr(self, name) or getattr(earlier, name) for name in names})


def read_slots(clause: str, vocabulary: Vocabulary) -> Slots:
    """Read every slot of a clause (any spelling; it is normalised here)."""
    words = normalise(clause)
    book = lexicon()
    cues = book.cues_in(words)
    tiers = book.tiers.find(words)
    windows = _windows(words, vocabulary)
    offer = clause if parse_offer(clause, language_of(clause)) else ""
    filters = {name: matcher.keys(words) for name, matcher in vocabulary.values.items() if matcher.keys(words)}
    if stages := book.lifecycle.keys(words):
        filters["lifecycle"] = stages
    compare = "last_year" if "compare_year" in cues else "previous" if cues & {"compare_previous"} else ""
    return Slots(
        text=words,
        cues=cues,
        metrics=_metrics(words, vocabulary, tiers, cues),
        tiers=tuple(dict.fromkeys(match.key for match in tiers)),
        all_tiers=bool(book.all_tiers.find(words)),
        dimensions=_dimensions(words, vocabulary, cues),
        filters=filters,
        windows=windows[:1] if compare else windows,  # "this month vs last month" names the comparison, not two windows
        compare=compare,
        order="top" if "top" in cues else "bottom" if "bottom" in cues else "",
        limit=_number(_TOP, words),
        channel=next(iter(book.message_channels.keys(words)), ""),
        goal=next(iter(book.goals.keys(words)), ""),
        message_language=next(iter(book.message_languages.keys(words)), ""),
        offer=offer,
        copies=_number(_COPIES, words),
    )


def _metrics(words: str, vocabulary: Vocabulary, tiers: list[Match], cues: frozenset[str]) -> tuple[str, ...]:
    found = [m for m in vocabulary.metrics.find(words) if not any(m.overlaps(tier) for tier in tiers)]
    names = list(dict.fromkeys(match.key for match in found))
    strong = [name for name in names if name not in _WEAK_METRICS]
    if strong:
        return tuple(strong)
    return tuple(names) if "count" in cues else ()


def _dimensions(words: str, vocabulary: Vocabulary, cues: frozenset[str]) -> tuple[str, ...]:
    metrics = vocabulary.metrics.find(words)
    named = [m.key for m in vocabulary.dimensions.find(words) if not any(m.inside(metric) for metric in metrics)]
    named = [name for name in named if name not in {"tier", "month", "day", "week", "quarter"}]
    periods = [period for cue, period in _PERIOD_CUES.items() if cue in cues]
    return tuple(dict.fromkeys([*periods[-1:], *named]))[:2]


def _windows(words: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    if vocabulary.last_day is None:
        return ()
    return tuple(find_windows(words, vocabulary.last_day, vocabulary.first_day))


def _number(pattern: re.Pattern[str], words: str) -> int:
    match = pattern.search(words)
    if match is None:
        return 0
    digits = next(group for group in match.groups() if group)
    return int(digits) if digits.isdigit() else _DIGITS[digits]
