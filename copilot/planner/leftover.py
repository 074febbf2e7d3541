"""What a clause says that nothing used: a figure must not pass in silence over a condition."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache

from copilot.planner.daytimes import CLOCK
from copilot.planner.described import described
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Matcher, normalise
from copilot.planner.numbers import AGE, PERIOD, STEP
from copilot.planner.vocabulary import Vocabulary
from tools.windows import blank_windows

_TOKEN = re.compile(r"[a-z][a-z']*|\d[\d.,]*%?|[㐀-鿿]+")
_HAN = re.compile(r"[㐀-鿿]")
_COUNTED = re.compile(
    r"(?:how many|the number of) (?:(?:more|fewer|different|new|of (?:our|the)) )?(?P<what>[a-z]+)"
)
_MUCH = 3
"""Unknown content words from which a clause is about more than a figure."""
_ORDERED = re.compile(
    r"(?:please |can you |could you )?(?:show|give|tell|list|pull|get|fetch|check)\b"
    r"|(?:请|麻烦)?(?:帮我|给我|告诉我?|看|查|列|拉)"
)
_NTH_ORDER = re.compile(r"第\w[单次]")
_PATTERNS = re.compile(r"除.{1,10}?(?:以外|之外|外)|(?:前|top|best|bottom)\s*\d+\s*(?:%|percent|成)|前[一二三四五]成")


def unusable_condition(clause: str, vocabulary: Vocabulary) -> str:
    """The first condition in the clause that no tool can apply, or ""; a metric's own name is none."""
    words = _blank(normalise(clause), vocabulary.metrics)
    found = lexicon().conditions.find(words)
    if found:
        return words[found[0].start : found[0].end]
    match = _PATTERNS.search(words)
    return match.group() if match else ""


def warm() -> None:
    """Load the dictionary before the first question needs it."""
    _segmenter().initialize()


def leftover(clause: str, vocabulary: Vocabulary) -> list[str]:
    """Content words of a clause that no slot took, as they were read."""
    words = normalise(clause)
    for pattern in (AGE, PERIOD, STEP, _NTH_ORDER, CLOCK):
        words = pattern.sub(" ", words)
    if vocabulary.last_day is not None:
        words = blank_windows(words, vocabulary.last_day, vocabulary.first_day)
    # Each list for itself: a word of one may lie inside a longer word of another.
    known = [match for matcher in _matchers(vocabulary) for match in matcher.find(words)]
    known += described(words, lexicon().cues_in(words))
    words = "".join(" " if any(m.start <= at < m.end for m in known) else each for at, each in enumerate(words))
    tokens = [part for token in _TOKEN.findall(words) for part in _parts(token)]
    return list(dict.fromkeys(token for token in tokens if token not in lexicon().plain and not _small(token)))


def tells_more_than_it_asks(words: str, unknown: Sequence[str]) -> bool:
    """Whether a clause without any amount says so much beside its figure that it asks for advice, not for the figure:
    "keep existing customers or chase new ones on a limited budget?".
    """
    return len(unknown) >= _MUCH and not _ORDERED.match(words)


def counts_something_else(words: str, unknown: Sequence[str]) -> bool:
    """Whether what is counted is among the unknown words: "how many rounds of testing fit into one sale"."""
    counted = _COUNTED.search(words)
    return counted is not None and any(counted["what"].startswith(word) for word in unknown)


def _blank(words: str, matcher: Matcher) -> str:
    for match in matcher.find(words):
        words = words[: match.start] + " " * (match.end - match.start) + words[match.end :]
    return words


def _small(token: str) -> bool:
    """Counts belong to "top 5" or "three drafts"; a year that no window took is a condition."""
    return token.isdigit() and not re.fullmatch(r"(?:19|20)\d\d", token)


def _matchers(vocabulary: Vocabulary) -> list[Matcher]:
    book = lexicon()
    return [
        vocabulary.metrics, *vocabulary.values.values(), vocabulary.tags, book.weekdays, book.hours,
        vocabulary.dimensions, book.tiers, book.all_tiers, book.lifecycle, book.message_channels, book.goals,
        book.message_languages, book.any_cue,
    ]  # fmt: skip


def _parts(token: str) -> list[str]:
    if not _HAN.match(token):
        return [token]
    if token in lexicon().plain:
        return []
    return [part for part in _segmenter().cut(token) if part.strip()]


@cache
def _segmenter():  # noqa: ANN202
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()
