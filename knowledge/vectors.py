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

    def nearest(self, vector: np.ndarray, limit: int) -> dict[str, float]:
        """Return {text key: cosine} of the `limit` nearest texts."""
        found = self._texts.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return {key: 1 - distance for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def close(self) -> None:
        self._client.close()


def _batches(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]
