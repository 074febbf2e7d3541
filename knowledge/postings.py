"""Which passages hold a word and how much it says there: BM25, worked out once a generation.

FTS5 would score every passage that holds a common word anew for each question, 100 ms at 100,000
passages. Here a word's scores lie ready, and a question adds up those of its words. The score is
that of FTS5's `bm25`: Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009, with the
frequencies of the columns weighted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from knowledge import lexical

NAME = "postings.npz"
K1, B = 1.2, 0.75
LEAST = 1e-6
"""Rarity of a word that more than half of the passages hold."""
_PAIR = np.dtype([("row", np.int32), ("weighted", np.float32), ("times", np.int32)])


class Postings:
    """The passages of each word: `rows[starts[n]:starts[n + 1]]`, ascending, are those of `terms[n]`, with `scores`."""

    def __init__(self, terms: Sequence[str], starts: np.ndarray, rows: np.ndarray, scores: np.ndarray) -> None:
        self._places = {term: place for place, term in enumerate(terms)}
        self._starts = starts
        self._rows = rows
        self._scores = scores
        self.height = int(rows.max()) + 1 if len(rows) else 0
        """One more than the highest row."""

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Postings:
        """Count what the lexical index holds: 3 s for 10,000 passages."""
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, words, row)")
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances USING fts5vocab(main, words, instance)")
        listed = connection.execute("SELECT term, doc FROM temp.terms ORDER BY term").fetchall()
        held = np.array([passages for _, passages in listed], dtype=np.int64)
        cases = " ".join(f"WHEN '{column}' THEN {weight}" for column, weight in lexical.WEIGHTS.items())
        counted = connection.execute(f"SELECT doc, sum(CASE col {cases} END), count(*) FROM temp.instances "
                                     "GROUP BY term, doc ORDER BY term, doc")
        pairs = np.fromiter(counted, dtype=_PAIR, count=int(held.sum()))
        total = connection.execute("SELECT count(*) FROM words").fetchone()[0]
        starts = np.concatenate([[0], np.cumsum(held)])
        return cls([term for term, _ in listed], starts, pairs["row"].copy(), _bm25(pairs, held, total))

    @staticmethod
    def written(generation: Path) -> bool:
        """Whether a generation has them; those of earlier versions have not."""
        return (generation / NAME).exists()

    @classmethod
    def load(cls, generation: Path) -> Postings:
        """Read what `write` wrote."""
        with np.load(generation / NAME) as file:
            terms = file["terms"].tobytes().decode("utf-8").split("\n")
            return cls(terms, file["starts"], file["rows"], file["scores"])

    def write(self, generation: Path) -> None:
        terms = np.frombuffer("\n".join(self._places).encode("utf-8"), dtype=np.uint8)
        np.savez(generation / NAME, terms=terms, starts=self._starts, rows=self._rows, scores=self._scores)

    def frequency(self, word: str) -> int:
        """Return in how many passages a word occurs."""
        return min((len(self._of(stem)[0]) for stem in lexical.stems(word)), default=0)

    def matches(self, words: Iterable[str], limit: int, rows: np.ndarray | None = None) -> dict[int, float]:
        """Return {row: BM25, above 0} of the best rows, best first; `rows` is a mask of those to look at."""
        scores = np.zeros(self.height, dtype=np.float32)
        for stem in dict.fromkeys(stem for word in words for stem in lexical.stems(word)):
            held, found = self._of(stem)
            scores[held] += found
        if rows is not None:
            scores[~rows] = 0
        best = np.argpartition(-scores, limit)[:limit] if limit < len(scores) else np.arange(len(scores))
        best = best[scores[best] > 0]
        best = best[np.lexsort((best, -scores[best]))]
        return dict(zip(best.tolist(), scores[best].tolist(), strict=True))

    def occurs(self, words: Iterable[str], rows: Iterable[int]) -> bool:
        """Whether any of `rows` holds any of `words`."""
        wanted = np.fromiter(rows, dtype=np.int32)
        return any(_meet(self._of(stem)[0], wanted) for word in words for stem in lexical.stems(word))

    def _of(self, stem: str) -> tuple[np.ndarray, np.ndarray]:
        place = self._places.get(stem)
        part = slice(0, 0) if place is None else slice(self._starts[place], self._starts[place + 1])
        return self._rows[part], self._scores[part]


def _meet(held: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether any of `wanted` is among `held`, which ascends."""
    if not len(held):
        return False
    places = np.minimum(held.searchsorted(wanted), len(held) - 1)
    return bool((held[places] == wanted).any())


def _bm25(pairs: np.ndarray, held: np.ndarray, passages: int) -> np.ndarray:
    """Scores of (word, passage) pairs, shape (pairs,); `held` is how many passages hold each word."""
    lengths = np.bincount(pairs["row"], pairs["times"])
    length = lengths[pairs["row"]] / max(lengths.sum() / max(passages, 1), 1e-9)
    rarity = np.maximum(np.log((passages - held + 0.5) / (held + 0.5)), LEAST)
    much = pairs["weighted"]
    return (np.repeat(rarity, held) * much * (K1 + 1) / (much + K1 * (1 - B + B * length))).astype(np.float32)
