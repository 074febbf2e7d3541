"""Words of our cards that mean about the same as a question's, in either language.

The built-in encoder puts single words of both languages into one space, so the nearest words
are synonyms and translations at once: "privacy" finds 隐私, 口红 finds 美妆. They are looked
for beside the question's own words, and count less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
BLOCK = 512
"""Words compared with all others at a time."""
NONE = -1
REMEMBERED = 20_000
"""Words whose nearest ones are kept in memory."""
_WORD = re.compile(r"(?=.*[^\W\d_])\w{2,}")


class Thesaurus:
    """The cards' words, their terms, their vectors, shape (words, 512), and the places of each one's nearest words."""

    def __init__(self, words: list[str], terms: list[str], vectors: np.ndarray, nearest: np.ndarray) -> None:
        """`terms` are what the lexical index makes of each word, between spaces."""
        self._words = words
        self._terms = terms
        self._vectors = vectors
        self._nearest = nearest
        self._encoder = SentenceEncoder()
        self._places = {word: place for place, word in enumerate(words)}
        self._known: dict[str, set[str]] = {}

    @staticmethod
    def written(generation: Path) -> bool:
        """Whether a generation has them as they are kept now."""
        if not (generation / NAME).exists():
            return False
        with np.load(generation / NAME) as file:
            return "terms" in file

    @classmethod
    def load(cls, generation: Path) -> Thesaurus:
        """Read what `write` wrote; empty for an index that has none."""
        if not cls.written(generation):
            none = np.empty((0, SentenceEncoder.dimension), dtype=np.float32)
            return cls([], [], none, np.empty((0, 0), dtype=np.int32))
        with np.load(generation / NAME) as file:
            words, terms = file["words"].tolist(), file["terms"].tolist()
            return cls(words, terms, file["vectors"].astype(np.float32), file["nearest"])

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
        full = vectors.astype(np.float32)
        nearest = np.concatenate([_alike(full, full[at:at + BLOCK]) for at in range(0, len(full), BLOCK)])
        terms = np.array([" ".join(lexical.words(word)) for word in wanted])
        np.savez(generation / NAME, words=np.array(wanted), terms=terms, vectors=vectors, nearest=nearest)

    def related(self, terms: list[str]) -> dict[str, list[str]]:
        """Return, for each of the terms, the index's words for what is nearest to it, without the terms themselves."""
        if not terms or not self._words:
            return {term: [] for term in terms}
        found = {term: near for term in terms if (near := self._known.get(term)) is not None}
        if missing := [term for term in terms if term not in found]:
            found |= {term: self._at(places) for term, places in zip(missing, self._near(missing), strict=True)}
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known.update(found)
        taken = lexical.stop_words().union(terms)
        return {term: sorted(found[term] - taken) for term in terms}

    def _near(self, terms: list[str]) -> Iterator[np.ndarray]:
        """The places of the words nearest to each term; only words that the cards do not have are encoded."""
        fresh = [term for term in terms if term not in self._places]
        found = iter(_alike(self._vectors, self._encoder.embed(fresh)) if fresh else ())
        return (self._nearest[self._places[term]] if term in self._places else next(found) for term in terms)

    def _at(self, places: np.ndarray) -> set[str]:
        return {word for place in places if place != NONE for word in self._terms[place].split()}


def _alike(vectors: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Places of the words nearest to each of the wanted vectors, shape (wanted, up to MOST + 1); NONE fills up."""
    # This way round the product takes half the time: the long matrix is read as it lies.
    with one_thread():
        cosines = (vectors @ wanted.T).T
    taken = min(MOST + 1, len(vectors))  # one more: a term is nearest to itself
    places = np.argpartition(-cosines, taken - 1, axis=1)[:, :taken]
    return np.where(np.take_along_axis(cosines, places, axis=1) >= ALIKE, places, NONE).astype(np.int32)
