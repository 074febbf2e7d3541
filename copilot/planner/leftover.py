"""What a clause says that nothing used: a figure must not pass in silence over a condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.planner.dates import dated
from copilot.planner.daytimes import CLOCK, rest_of_week
from copilot.planner.described import described
from copilot.planner.dictionary import segmenter
from copilot.planner.grammar import bound
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, Matcher, blank, normalise
from copilot.planner.measures import PER
from copilot.planner.newness import first_orders_alone
from copilot.planner.numbers import AGE, PERIOD, RFM_CELL, STEP
from copilot.planner.ordervalues import between_bands, said_of_orders
from copilot.planner.phrased import phrased, unless_named
from copilot.planner.residue import is_function_word, is_plain
from copilot.planner.splits import TOP, likes, limit, lives
from copilot.planner.standards import held_against
from copilot.planner.together import joins
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
_SAME_DAYS = re.compile(r"同期(?!群)|\bsame (?:time|period|days|month|week|quarter)\b")
_COMPARED = re.compile(r"去年|前年|上年|上个?月|上个?季度|\blast\b|\bprevious\b|20\d\d")
_GROUPS = re.compile(r"[这那]?[两三四五几]个?[拨批群类档层种](?:人|客户|用户|客人)?")
"""Counts what was just named: "高价值和潜力这两拨人"."""
_BUYING = re.compile(r"(?:购买|买)[过了]")
_NTH_ORDER = re.compile(r"第\w[单次]")
_PATTERNS = re.compile(
    r"[只仅](?:在|通过|从).{1,8}?(?:购?买|下单|消费)|\b(?:only|exclusively|just) (?:ever )?(?:bought|buy|shop"
    r"|shopped|order|ordered) "
    r"(?:on|from|at|in|through|via)\b"
    r"|(?:\d|[两二三四五多几])个?(?:或|及)?(?:以上)?(?:不同)?的?(?:品类|类目|渠道)(?=以上|的(?:客户|人|用户))"
    r"|\b(?:two|three|four|\d|several|multiple) (?:or more )?(?:different )?(?:categories|channels)\b(?= or more)"
    r"|\bweek of (?!black)(?:the |our )?\w+(?: \w+)?|[日号](?:那|所在的?|当)一?(?:周|星期)"
    r"|除.{1,10}?(?:以外|之外|外)|(?:前|top|best|bottom)\s*\d+\s*(?:%|percent|成)|前[一二三四五]成"
)


def unusable_condition(clause: str, vocabulary: Vocabulary) -> str:
    """The first condition in the clause that no tool can apply, or ""; a metric's own name is none."""
    words = dated(normalise(clause), vocabulary.last_day, vocabulary.first_day)
    if alone := first_orders_alone(words):
        return alone
    if unfit := between_bands(words):
        return unfit
    words = blank(words, said_of_orders(words))
    words = blank(words, [*vocabulary.metrics.find(words), *phrased(words), *_names(words, vocabulary)])
    found = lexicon().conditions.find(words)
    if found:
        return words[found[0].start : found[0].end]
    match = _PATTERNS.search(words)
    return match.group() if match else ""


def warm() -> None:
    """Load the dictionary before the first question needs it."""
    segmenter()


def leftover(clause: str, vocabulary: Vocabulary) -> list[str]:
    """Content words of a clause that no slot took, as they were read."""
    words = dated(normalise(clause), vocabulary.last_day, vocabulary.first_day)
    # Names first: the "二" of a campaign's name is no number of a time, nor is the "一" of "买了不止一回".
    said = unless_named(phrased(words), vocabulary.metrics.find(words))
    words = blank(blank(words, said_of_orders(words)), [*_names(words, vocabulary), *said])
    for pattern in (AGE, PERIOD, STEP, _NTH_ORDER, CLOCK, RFM_CELL, _GROUPS, *([TOP] if limit(words) > 1 else [])):
        words = pattern.sub(" ", words)
    if _COMPARED.search(words):
        words = _SAME_DAYS.sub(" ", words)
    if vocabulary.last_day is not None:
        words = blank_windows(words, vocabulary.last_day, vocabulary.first_day)
    # Each list for itself: a word of one may lie inside a longer word of another.
    known = [match for matcher in _matchers(vocabulary) for match in matcher.find(words)]
    known += [*rest_of_week(words), *_bought(words, vocabulary)]
    known += [Match("per", match.start(), match.end()) for match in PER.finditer(words)]
    known += [*described(words, lexicon().cues_in(words)), *phrased(words), *bound(words), *joins(words)]
    known += [*held_against(words), *likes(words), *lives(words)]
    words = blank(words, known)
    tokens = [part for token in _TOKEN.findall(words) for part in _parts(token)]
    return list(dict.fromkeys(token for token in tokens if not is_plain(token) and not _small(token)))


def _names(words: str, vocabulary: Vocabulary) -> list[Match]:
    """Names of campaigns and products, which may have any word in them."""
    named = [vocabulary.values[name] for name in ("campaign", "product") if name in vocabulary.values]
    return [match for matcher in named for match in matcher.find(words)]


def _bought(words: str, vocabulary: Vocabulary) -> list[Match]:
    """ "买过" before a category or a product: whoever is counted so has bought it."""
    goods = [vocabulary.values[name] for name in ("category", "product") if name in vocabulary.values]
    starts = {match.start for matcher in goods for match in matcher.find(words)}
    return [Match("bought", match.start(), match.end()) for match in _BUYING.finditer(words) if match.end() in starts]


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
    kept, before = [], ""
    for part in segmenter().cut(token):
        if part.strip() and not is_function_word(part, before):
            kept.append(part)
        before += part
    return kept


def parts_of(words: str) -> list[str]:
    """The text cut into words of the dictionary; what is in none stays in single characters."""
    return list(segmenter().cut(words, HMM=False))
