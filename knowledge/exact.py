"""The vectors of a generation once more, as one matrix beside it, for searches that a filter narrows.

Chroma, which keeps them, answers a filtered query by looking at each id: 25 ms where a product with the
texts that pass takes 2 (10,000 chunks). The matrix is written with the generation and read by pages.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from knowledge.blas import one_thread
from knowledge.errors import ServiceDown
from knowledge.vectors import EMBEDDED, Vectors

KEYS, MATRIX = "texts.npy", "vectors.npy"
MANY = 0.25
"""Share of the texts from which on a product with all of them is quicker than picking them out."""


class Exact:
    """Keys of texts, ascending, and their unit vectors, shape (texts, dimension)."""

    def __init__(self, keys: np.ndarray, vectors: np.ndarray) -> None:
        self._keys = keys
        self._vectors = vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Exact:
        """Read all vectors of a collection. Raises ServiceDown."""
        keys = sorted(vectors.keys())
        return cls(np.array(keys, dtype="S"), vectors.of(keys))

    @staticmethod
    def written(generation: Path) -> bool:
        """Whether a generation has the matrix; those of earlier versions have not."""
        return (generation / KEYS).exists() and (generation / MATRIX).exists()

    @classmethod
    def load(cls, generation: Path) -> Exact:
        """Open what `write` wrote. Raises ServiceDown where the files are damaged."""
        try:
            return cls(np.load(generation / KEYS), np.load(generation / MATRIX, mmap_mode="r"))
        except (ValueError, OSError) as error:
            raise ServiceDown("vectors_unreachable", place=EMBEDDED, why=type(error).__name__) from error

    def write(self, generation: Path) -> None:
        np.save(generation / KEYS, self._keys)
        np.save(generation / MATRIX, self._vectors)

    def rows(self, keys: Collection[str]) -> np.ndarray:
        """Return where these texts are; what is not there is left out."""
        wanted = np.sort(np.array(list(keys), dtype=self._keys.dtype))
        places = np.minimum(self._keys.searchsorted(wanted), len(self._keys) - 1)
        return places[self._keys[places] == wanted]

    def nearest(self, vector: np.ndarray, limit: int, rows: np.ndarray) -> dict[str, float]:
        """Return {text key: cosine} of the `limit` texts nearest to a unit vector among `rows`, best first."""
        if not len(rows):
            return {}
        with one_thread():
            many = len(rows) > MANY * len(self._keys)
            cosines = (self._vectors @ vector)[rows] if many else self._vectors[rows] @ vector
        best = np.argpartition(-cosines, limit)[:limit] if limit < len(rows) else np.arange(len(rows))
        best = best[np.argsort(-cosines[best])]
        return dict(zip(self._keys[rows[best]].astype("U").tolist(), cosines[best].tolist(), strict=True))
