"""Split a question into clauses that each ask one thing."""

from __future__ import annotations

import re

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.slots import asks_copies
from copilot.planner.vocabulary import Vocabulary

_SENTENCE = re.compile(r"[。？?！!；;\n]+|(?<=[a-z)])\.(?=\s|$)", re.IGNORECASE)
_COMMA = re.compile(r"[，,]|(?:\b(?:and then|then|and also|also|plus|as well as)\b)|然后|顺便|另外|并且|再给|再帮|同时")
_AND = re.compile(r"\b(?:and)\b|并|再")
_ACTS = frozenset({"draft", "why", "howto", "define", "migrate", "case", "data", "mix"})


def split_clauses(question: str, vocabulary: Vocabulary) -> list[str]:
    """Return the clauses in order; a fragment that asks nothing joins its neighbour."""
    clauses: list[str] = []
    for sentence in filter(None, (part.strip() for part in _SENTENCE.split(question))):
        fragments = _split(sentence, _COMMA, lambda words: _asks(words, vocabulary))
        for fragment in fragments:
            clauses += _split(fragment, _AND, _acts)
    return clauses or [question]


def _split(sentence: str, separator: re.Pattern[str], asks) -> list[str]:  # noqa: ANN001
    """Cut at separators whose both sides ask something."""
    kept: list[str] = []
    start = 0
    for match in separator.finditer(sentence):
        left, right = sentence[start : match.start()], sentence[match.end() :]
        if asks(left) and asks(right):
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
    return _acts(words) or bool(vocabulary.metrics.find(normalise(words)))
