"""Mends words of a question that the index does not hold but that sound or look like words of our cards.

Chinese is mistyped by sound ("付废会员" for "付费会员"), English by letters ("memebership"). Only words
that occur nowhere in the index are looked at, so a team's own names and terms stay as they are, and
only where the mended word is much likelier than what was typed (a noisy channel: Kernighan, Church &
Gale, "A Spelling Correction Program Based on a Noisy Channel Model", 1990).
"""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from knowledge import lexical
from knowledge.cleaning import HAN
from knowledge.sound import sound

ALIKE = 0.84
"""Least similarity (difflib's ratio) of two English words."""
LIKELIER, LIKELIER_HERE = 3.5, 2.0
"""Least gain in log-likelihood of a Chinese word over the pieces typed; for a word of the field the second."""
UNSEEN = -18.0
"""Log-likelihood of a piece that is in no dictionary: about one in the 60 million words that jieba counted."""
SHORTEST, LONGEST = 2, 5
"""Characters of a Chinese word that is mended."""
_LATIN = re.compile(r"[a-z]{4,}")


class Speller:
    """Knows the words of our cards: word -> how often it is used there."""

    def __init__(
        self, words: Mapping[str, int], known: Callable[[str], bool], common: Callable[[str], bool]
    ) -> None:
        """`known` tells whether a word occurs anywhere in the index, `common` whether it is everyday English."""
        self._count = dict(words)
        self._known = known
        self._common = common
        self._by_sound: dict[tuple, list[str]] = defaultdict(list)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if _LATIN.fullmatch(word):
                self._by_letter[word[0]].append(word)
            elif SHORTEST <= len(word) <= LONGEST and len(HAN.findall(word)) == len(word):
                self._by_sound[sound(word)].append(word)

    def mend(self, question: str) -> str:
        """Return the question with its misspelt words mended."""
        return _LATIN.sub(lambda match: self._latin(match.group()), self._chinese(question))

    def _latin(self, word: str) -> str:
        if word in self._count or self._known(word):
            return word
        alike = difflib.get_close_matches(word, self._by_letter[word[0]], n=1, cutoff=ALIKE)
        return alike[0] if alike and not self._common(word) else word

    def _chinese(self, question: str) -> str:
        tokens = lexical.cut(question)
        mended, at = [], 0
        while at < len(tokens):
            length, word = self._mended(tokens[at:])
            mended.append(word)
            at += length
        return "".join(mended)

    def _mended(self, tokens: list[str]) -> tuple[int, str]:
        """Return how many tokens were read and the word for them: the longest mended one, else the first token."""
        for length in range(LONGEST, 0, -1):
            window = tokens[:length]
            text = "".join(window)
            if len(window) == length and SHORTEST <= len(text) <= LONGEST and self._doubtful(window, text):
                alike = [word for word in self._by_sound.get(sound(text), ()) if _likelier(word, window)]
                if alike:
                    return length, max(alike, key=lambda word: (_shares(word, text), self._count[word]))
        return 1, tokens[0]

    def _doubtful(self, window: list[str], text: str) -> bool:
        """Whether these tokens look like a word cut to pieces by a wrong character."""
        if text in self._count or len(HAN.findall(text)) < len(text):
            return False
        if len(window) == 1:
            return lexical.commonness(text) == -math.inf
        return any(len(token) == 1 or not self._known(token) for token in window)


def _likelier(word: str, window: list[str]) -> bool:
    gain = lexical.commonness(word) - sum(max(lexical.commonness(token), UNSEEN) for token in window)
    needed = LIKELIER_HERE if word in lexical.lexicon() else LIKELIER
    return _shares(word, "".join(window)) > 0 and gain >= needed


def _shares(word: str, text: str) -> int:
    """Count the characters that two words of one length have in the same place."""
    return sum(a == b for a, b in zip(word, text, strict=True))
