"""Vectors in an embedded Chroma collection, keyed by the hash of their text.

One text has one vector wherever it occurs, so a text that stays is never embedded twice.
Only the writer of a generation opens it for writing: two writers on one Chroma directory
lose rows in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

COLLECTION = "texts"
BATCH = 1000
FEW = 200
"""Texts that are compared one by one: faster than any search at every size of the index."""
MANY = 2000
"""Nearest texts to look through for those that pass a filter."""
ENOUGH = 50
"""Texts that pass a filter and are enough to go by."""


def text_key(text: str) -> str:
    """Return the key of a text's vector."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


class Vectors:
    """The vectors of one generation; call `close` when done."""

    def __init__(self, path: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        # Chroma keeps its systems by path: a relative one would mean another place after a change of directory.
        self._client = chromadb.PersistentClient(str(path.resolve()), settings=Settings(anonymized_telemetry=False))
        # No embedding function: Chroma's own default would download a model.
        self._texts = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})

    def keys(self) -> set[str]:
        return set(self._texts.get(include=[])["ids"])

    def add(self, keys: list[str], vectors: np.ndarray) -> None:
        self._texts.add(ids=keys, embeddings=vectors)

    def remove(self, keys: Iterable[str]) -> None:
        for batch in _batches(sorted(keys)):
            self._texts.delete(ids=batch)

    def nearest(self, vector: np.ndarray, limit: int, among: list[str] | None = None) -> dict[str, float]:
        """Return {text key: cosine} of the `limit` nearest texts, of all or of those `among` the given keys."""
        if among is None:
            return self._query(vector, limit)
        if len(among) <= FEW:
            return self._compare(vector, among)
        wanted = set(among)
        # Many pass most filters, so taking more and leaving out the others costs less than a filtered query ...
        found = {key: cosine for key, cosine in self._query(vector, MANY).items() if key in wanted}
        if len(found) >= ENOUGH:
            return dict(list(found.items())[:limit])
        return self._query(vector, limit, ids=among)  # ... which Chroma answers by looking at every id

    def _query(self, vector: np.ndarray, limit: int, **only: list[str]) -> dict[str, float]:
        found = self._texts.query(query_embeddings=[vector], n_results=limit, include=["distances"], **only)
        return {key: 1 - distance for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def _compare(self, vector: np.ndarray, keys: list[str]) -> dict[str, float]:
        """Cosines of a few texts, best first."""
        if not keys:
            return {}
        found = self._texts.get(ids=keys, include=["embeddings"])
        cosines = np.asarray(found["embeddings"]).reshape(-1, len(vector)) @ vector
        return dict(sorted(zip(found["ids"], map(float, cosines), strict=True), key=lambda item: -item[1]))

    def close(self) -> None:
        self._client.close()


def _batches(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]
