"""Words of our cards that mean about the same as a question's, in either language.

The built-in encoder puts single words of both languages into one space, so the nearest words
are synonyms and translations at once: "privacy" finds 隐私, 口红 finds 美妆. They are looked
for beside the question's own words, and count less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from knowledge import lexical
from knowledge.blas import one_thread
from knowledge.embedding import SentenceEncoder

NAME = "words.npz"
ALIKE = 0.55
"""Least cosine of two words."""
MOST = 5
"""Words taken for one of the question's."""
REMEMBERED = 20_000
"""Words whose nearest ones are kept in memory."""
_WORD = re.compile(r"(?=.*[^\W\d_])\w{2,}")


class Thesaurus:
    """The cards' words with their unit vectors, shape (words, 512)."""

    def __init__(self, words: list[str], vectors: np.ndarray) -> None:
        self._words = words
        self._vectors = vectors
        self._encoder = SentenceEncoder()
        self._places = {word: place for place, word in enumerate(words)}
        self._known: dict[str, set[str]] = {}

    @staticmethod
    def written(generation: Path) -> bool:
        return (generation / NAME).exists()

    @classmethod
    def load(cls, generation: Path) -> Thesaurus:
        """Read what `write` wrote; empty for an index that has none."""
        if not cls.written(generation):
            return cls([], np.empty((0, SentenceEncoder.dimension), dtype=np.float32))
        with np.load(generation / NAME) as file:
            return cls(file["words"].tolist(), file["vectors"].astype(np.float32))

    @classmethod
    def write(cls, generation: Path, words: Iterable[str]) -> None:
        """Bring a generation's file up to `words`; vectors that it has stay."""
        wanted = sorted({word for word in words if _WORD.fullmatch(word)} - lexical.stop_words())
        old = cls.load(generation)
        if old._words == wanted:
            return
        have = dict(zip(old._words, old._vectors, strict=True))
        missing = [word for word in wanted if word not in have]
        have |= dict(zip(missing, SentenceEncoder().embed(missing), strict=True))
        vectors = np.array([have[word] for word in wanted], dtype=np.float16)
        np.savez(generation / NAME, words=np.array(wanted), vectors=vectors)

    def related(self, terms: list[str]) -> dict[str, list[str]]:
        """Return, for each of the terms, the index's words for what is nearest to it, without the terms themselves."""
        if not terms or not self._words:
            return {}
        found = {term: near for term in terms if (near := self._known.get(term)) is not None}
        if missing := [term for term in terms if term not in found]:
            found |= self._nearest(missing)
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known.update(found)
        return {term: sorted(found[term] - set(terms) - lexical.stop_words()) for term in terms}

    def _nearest(self, terms: list[str]) -> dict[str, set[str]]:
        # This way round the product takes half the time: the long matrix is read as it lies.
        wanted = self._of(terms).T
        with one_thread():
            cosines = (self._vectors @ wanted).T
        taken = min(MOST + 1, len(self._words))  # one more: a term is nearest to itself
        nearest = np.argpartition(-cosines, taken - 1, axis=1)[:, :taken]
        return {
            term: {word for place in places if row[place] >= ALIKE for word in lexical.terms_of(self._words[place])}
            for term, row, places in zip(terms, cosines, nearest, strict=True)
        }

    def _of(self, terms: list[str]) -> np.ndarray:
        """Unit vectors of terms, shape (terms, 512); only words that the cards do not have are encoded."""
        places = [self._places.get(term) for term in terms]
        fresh = iter(self._encoder.embed([term for term, place in zip(terms, places, strict=True) if place is None]))
        return np.array([next(fresh) if place is None else self._vectors[place] for place in places])
