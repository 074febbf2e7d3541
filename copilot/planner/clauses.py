"""Split a question into clauses that each ask one thing."""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.language import language_of
from copilot.planner.advice import bare, introduces, states
from copilot.planner.dates import dated
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.phrased import phrased
from copilot.planner.reading import asks_copies
from copilot.planner.vocabulary import Vocabulary
from tools.offer import parse_offer
from tools.windows import blank_windows

_SENTENCE = re.compile(r"(?<=[？?])(?![？?])|[。！!；;\n]+|(?<=[a-z)])\.(?=\s|$)", re.IGNORECASE)
_COMMA = re.compile(
    r"[，,]|(?:\b(?:and then|then|and also|also|plus|as well as)\b)|\s\+\s|然后|顺便|另外|并且|再给|再帮|同时"
)
_AND = re.compile(r"\b(?:and)\b|并|再")
_BEGINS = re.compile(
    r"(?:what|how|why|which|who|write|draft|give|show|tell|compare|list|please|can|could|should|is|are|do|does|did|\d|one|two|three|some)\b"
    r"|[怎为给写帮再多哪什如有来顺请对三两几一]",
    re.IGNORECASE,
)
"""A clause after "and" begins anew; "high and potential customers" does not."""
_GIVES = re.compile(
    r"^(?:(?:i mean|ranked|measured|sorted|judged) )?(?:by|in terms of) [a-z ]{3,30}$"
    r"|^(?:按|以|就)[^?？，,]{2,10}(?:算|看|排|来说)?$"
)
"""Only names by what the question before it is meant."""
_BRIEF = 30
"""Characters of a sentence that only names days, at most."""
_AROUND = re.compile(
    r"[就只]?看(?:一下)?|[就只]要|的(?:数据|数)?|[吧哈啊]|以来|\b(?:just|only|for|in|over|during|the|please|pls|of|all)\b"
)
"""Words around such days."""
_AND_IT = re.compile(r"^(?:那|再看|还有)?.{1,10}(?:的)?呢\W*$|^(?:and |what about |how about ).{1,30}$")
_QUESTIONS = frozenset(
    {"amount", "count", "share", "what_is", "trend", "moved", "compare_previous", "compare_year", "top", "bottom"}
)
_ACTS = frozenset({"draft", "why", "howto", "define", "migrate", "case", "data", "mix"})


def split_clauses(question: str, vocabulary: Vocabulary) -> list[str]:
    """Return the clauses in order; a fragment that asks nothing joins its neighbour."""
    clauses: list[str] = []
    for sentence in sentences(question, vocabulary):
        if "relation" in lexicon().cues_in(normalise(sentence)):  # what it relates is one question
            clauses.append(sentence)
            continue
        for fragment in _split(sentence.rstrip("?？"), _COMMA, lambda words: _asks(words, vocabulary)):
            clauses += _split(fragment, _AND, _acts, begins=_BEGINS)
    return clauses or [question]


def sentences(question: str, vocabulary: Vocabulary) -> list[str]:
    """Return the sentences, each with its question mark.

    A statement joins a bare "what should we do?" after it. One that only introduces another question
    is left out: a search takes it from the question itself, and it is no condition of a figure.
    """
    kept: list[str] = []
    for sentence in filter(None, (part.strip() for part in _SENTENCE.split(question))):
        if kept and _only_days(sentence, vocabulary):  # "杭州和苏州哪边客单高？上半年": of every part of it
            sentence = f"{sentence.rstrip('.。')} {kept.pop()}"
        elif kept and _GIVES.match(normalise(sentence)):  # "Which channel was worst? By refund rate."
            sentence = f"{kept.pop().rstrip('?？')} {sentence}"
        elif kept and states(kept[-1]) and bare(sentence):
            told = kept.pop()
            sentence = f"{told}{_stop(told)}{sentence}"
        elif kept and introduces(kept[-1]) and not vocabulary.metrics.find(normalise(kept[-1])):
            kept.pop()
        kept.append(sentence)
    return kept


def _only_days(sentence: str, vocabulary: Vocabulary) -> bool:
    """Whether a sentence only says of which days the one before it asks."""
    if vocabulary.last_day is None or len(sentence) > _BRIEF:
        return False
    words = dated(normalise(sentence), vocabulary.last_day, vocabulary.first_day)
    rest = _AROUND.sub(" ", blank_windows(words, vocabulary.last_day, vocabulary.first_day))
    return rest != words and not rest.strip(" ,.。，、!！~～")


def _stop(sentence: str) -> str:
    return "。" if language_of(sentence) == "zh" else ". "


def _split(
    sentence: str, separator: re.Pattern[str], asks: Callable[[str], bool], begins: re.Pattern[str] | None = None
) -> list[str]:
    """Cut at the separators that stand between two fragments that each ask something."""
    kept: list[str] = []
    start = 0
    cuts = [*separator.finditer(sentence)]
    ends = [*(match.start() for match in cuts[1:]), len(sentence)]
    for match, end in zip(cuts, ends, strict=False):
        right = sentence[match.end() : end].strip()
        left = sentence[start : match.start()]
        if (asks(left) or _AND_IT.match(normalise(right))) and asks(right) and (begins is None or begins.match(right)):
            kept.append(left.strip())
            start = match.end()
    kept.append(sentence[start:].strip())
    return [part for part in kept if part]


def _acts(words: str) -> bool:
    clean = normalise(words)
    return bool(lexicon().cues_in(clean) & _ACTS) or _counts(words) or asks_copies(clean)


def _counts(words: str) -> bool:
    return bool({"count"} & lexicon().cues_in(normalise(words))) and bool(lexicon().tiers.find(normalise(words)))


def _asks(words: str, vocabulary: Vocabulary) -> bool:
    """A metric alone is an item of a list ("gmv, orders and aov"); with a question word it asks."""
    if _acts(words):
        return True
    clean = normalise(words)
    if _AND_IT.match(clean) and any(matcher.find(clean) for matcher in vocabulary.values.values()):
        return True  # "…，抖音来的呢"
    if parse_offer(clean, language_of(clean)):  # "¥30 off orders over ¥199" only names the offer
        return False
    return bool(vocabulary.metrics.find(clean) or phrased(clean)) and bool(lexicon().cues_in(clean) & _QUESTIONS)
