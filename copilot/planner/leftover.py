"""What a clause says that nothing used: a figure must not pass in silence over a condition."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache

from copilot.planner.daytimes import CLOCK
from copilot.planner.described import described
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Matcher, blank, normalise
from copilot.planner.numbers import AGE, PERIOD, RFM_CELL, STEP
from copilot.planner.phrased import phrased
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
_FUNCTION = frozenset({
    "d", "r", "rr", "rz", "m", "q", "mq", "p", "c", "u", "ud", "ug", "uj", "ul", "uv", "uz", "y", "o", "e", "f",
    "k", "z", "zg",
})  # fmt: skip
"""Parts of speech that carry no condition, by the tags of ICTCLAS."""
_NTH_ORDER = re.compile(r"第\w[单次]")
_PATTERNS = re.compile(
    r"\bweek of (?!black)|[日号](?:那|所在的?|当)一?(?:周|星期)"
    r"|除.{1,10}?(?:以外|之外|外)|(?:前|top|best|bottom)\s*\d+\s*(?:%|percent|成)|前[一二三四五]成"
)


def unusable_condition(clause: str, vocabulary: Vocabulary) -> str:
    """The first condition in the clause that no tool can apply, or ""; a metric's own name is none."""
    words = normalise(clause)
    words = blank(words, [*vocabulary.metrics.find(words), *phrased(words)])
    found = lexicon().conditions.find(words)
    if found:
        return words[found[0].start : found[0].end]
    match = _PATTERNS.search(words)
    return match.group() if match else ""


def warm() -> None:
    """Load the dictionary before the first question needs it."""
    _segmenter().initialize()
    _function_words()


def leftover(clause: str, vocabulary: Vocabulary) -> list[str]:
    """Content words of a clause that no slot took, as they were read."""
    words = normalise(clause)
    # Names first: the "二" of a campaign's name is no number of a time.
    named = [vocabulary.values[name] for name in ("campaign", "product") if name in vocabulary.values]
    words = blank(words, [match for matcher in named for match in matcher.find(words)])
    for pattern in (AGE, PERIOD, STEP, _NTH_ORDER, CLOCK, RFM_CELL):
        words = pattern.sub(" ", words)
    if vocabulary.last_day is not None:
        words = blank_windows(words, vocabulary.last_day, vocabulary.first_day)
    # Each list for itself: a word of one may lie inside a longer word of another.
    known = [match for matcher in _matchers(vocabulary) for match in matcher.find(words)]
    known += [*described(words, lexicon().cues_in(words)), *phrased(words)]
    words = blank(words, known)
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


def _small(token: str) -> bool:
    """Counts belong to "top 5" or "three drafts"; a year that no window took is a condition."""
    if token.isascii() and token.endswith("ly"):  # how, not which
        return True
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
    return [part for part in _segmenter().cut(token) if part.strip() and part not in _function_words()]


def parts_of(words: str) -> list[str]:
    """The text cut into words of the dictionary; what is in none stays in single characters."""
    return list(_segmenter().cut(words, HMM=False))


@cache
def _function_words() -> frozenset[str]:
    """Chinese adverbs, pronouns, numerals, measure words and particles by the segmenter's own dictionary."""
    with _segmenter().get_dict_file() as lines:
        entries = (line.decode("utf-8").split() for line in lines)
        return frozenset(entry[0] for entry in entries if len(entry) == 3 and entry[2] in _FUNCTION)


@cache
def _segmenter():  # noqa: ANN202
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()
