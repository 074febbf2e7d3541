"""Write out short forms, and mend a mistyped English word when exactly one known word is near."""

from __future__ import annotations

import difflib
import re
from functools import cache

from copilot.planner.homophones import mended
from copilot.planner.leftover import parts_of
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.vocabulary import Vocabulary

_WORD = re.compile(r"[a-z]{5,}", re.IGNORECASE)
_TO_DATE = re.compile(r"\b(20\d\d) ytd\b|\bytd (?=20\d\d\b)", re.IGNORECASE)
_APPOSITION = re.compile(r"(?:这|本|上)个?季度\s*(?=q[1-4])|(?:这|本|上)个?月\s*(?=\d{1,2}月)", re.IGNORECASE)
NEAR = 0.85
"""Least difflib ratio: one slip in a word of seven letters."""


def expanded(question: str) -> str:
    """The question with "yr", "ppl" and "no. of" written out."""
    question = _APPOSITION.sub("", question)
    question = _TO_DATE.sub(r"\1", question)
    return _short().sub(lambda match: lexicon().short_forms[match.group().lower()], question)


def corrected(question: str, vocabulary: Vocabulary) -> str:
    """The question with words like "categroy", "whcih" and "复构率" spelled as a known word."""
    known, plain = vocabulary.words, lexicon().plain
    if not vocabulary.metrics.find(normalise(question)):
        question = mended(question, vocabulary.terms, parts_of(question), plain)
    question = mended(question, vocabulary.names, parts_of(question), plain)
    return _WORD.sub(lambda match: _mended(match.group(), known), question)


def _mended(word: str, known: frozenset[str]) -> str:
    plain = word.lower()
    if plain in known or plain in lexicon().plain or plain.removesuffix("s") in known or lexicon().knows(plain):
        return word
    near = difflib.get_close_matches(plain, known, n=2, cutoff=NEAR) or _swapped(plain)
    return near[0] if len(near) == 1 else word


def _swapped(word: str) -> list[str]:
    """Everyday words of the same letters with the same first one: "whcih"."""
    return [plain for plain in lexicon().plain if plain[0] == word[0] and sorted(plain) == sorted(word)]


@cache
def _short() -> re.Pattern[str]:
    words = sorted(lexicon().short_forms, key=len, reverse=True)
    return re.compile("|".join(map(_standing, words)), re.IGNORECASE)


def _standing(word: str) -> str:
    return rf"(?<![A-Za-z0-9']){re.escape(word)}(?![A-Za-z0-9'])" if word.isascii() else re.escape(word)
