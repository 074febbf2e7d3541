"""Mend a mistyped English word when exactly one known word is near."""

from __future__ import annotations

import difflib
import re

from copilot.planner.lexicon import lexicon
from copilot.planner.vocabulary import Vocabulary

_WORD = re.compile(r"[a-z]{5,}", re.IGNORECASE)
NEAR = 0.85
"""Least difflib ratio: one slip in a word of seven letters."""


def corrected(question: str, vocabulary: Vocabulary) -> str:
    """The question with words like "categroy" spelled as a known metric, dimension or tier word."""
    known = vocabulary.words
    return _WORD.sub(lambda match: _mended(match.group(), known), question)


def _mended(word: str, known: frozenset[str]) -> str:
    plain = word.lower()
    if plain in known or plain in lexicon().plain or plain.removesuffix("s") in known:
        return word
    near = difflib.get_close_matches(plain, known, n=2, cutoff=NEAR)
    return near[0] if len(near) == 1 else word
