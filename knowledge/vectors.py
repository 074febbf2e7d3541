"""Vectors in a Chroma collection, keyed by the hash of their text.

One text has one vector wherever it occurs, so a text that stays is never embedded twice.
A collection belongs to one generation of the index: embedded, its files are in the
generation's directory, and only the writer of a generation opens it for writing, as two
writers on one Chroma directory lose rows in silence; on a server, it is named after the
generation, and a new one begins as a copy of the one before.
"""

from __future__ import annotations

import hashlib
import shutil
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from knowledge import checksums
from knowledge.blanking import blank_unused
from knowledge.errors import ServiceDown

COLLECTION = "texts"
BATCH = 1000
EMBEDDED = "embedded"
SECONDS = 10.0
"""Longest wait for a Chroma server."""


def text_key(text: str) -> str:
    """Return the key of a text's vector."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


@dataclass(frozen=True)
class VectorPlace:
    """Where the vectors of an index are kept: beside it, or on a Chroma server."""

    url: str = ""
    """Address of a Chroma server; "" keeps them beside the index."""

    @property
    def name(self) -> str:
        """What an index remembers of where its vectors are."""
        return self.url or EMBEDDED

    def read(self, generation: Path, library: str) -> Vectors:
        """Open the vectors of a generation.

        `library` tells one index from others on the same server. Raises ServiceDown when the server
        does not answer, or does not hold them, and where files of the generation are damaged.
        """
        if not self.url:
            if checksums.damaged(generation):
                raise ServiceDown("vectors_unreachable", place=EMBEDDED, why="damaged")
            with _reached(EMBEDDED):  # its files may be damaged
                return Vectors(_embedded(generation / "vectors"), COLLECTION)
        with _reached(self.url):
            return Vectors(_served(self.url), _collection(library, generation), self.url, create=False)

    def write(self, generation: Path, library: str, before: Path | None) -> Vectors:
        """Open the vectors of a new generation for writing; they begin as those of the generation `before`.

        Raises ServiceDown when the server does not answer.
        """
        if not self.url:
            return Vectors(_embedded(generation / "vectors"), COLLECTION)
        shutil.rmtree(generation / "vectors", ignore_errors=True)  # of a time without a server
        with _reached(self.url):
            client, names = _served(self.url), [_collection(library, path) for path in (generation, before) if path]
            for name in {item.name for item in client.list_collections()} - set(names[1:]):
                if name.startswith(_collection(library)):  # left by a crash, or older than the live one
                    client.delete_collection(name)
            fresh = Vectors(client, names[0], self.url)
            for name in set(names[1:]) & {item.name for item in client.list_collections()}:
                fresh.take_over(Vectors(client, name, self.url, create=False))
        return fresh

    def compact(self, generation: Path) -> None:
        """Write the vectors of a closed generation afresh: an embedded Chroma's files keep what was taken out."""
        if self.url:
            return
        old, fresh = (Vectors(_embedded(generation / name), COLLECTION) for name in ("vectors", "rebuilt"))
        fresh.take_over(old)
        fresh.close()
        old.close()
        shutil.rmtree(generation / "vectors")
        (generation / "rebuilt").rename(generation / "vectors")
        self.blank(generation)

    def blank(self, generation: Path) -> None:
        """Blank what an embedded Chroma wrote of its memory into the files of a closed generation."""
        if not self.url:
            blank_unused(generation / "vectors")

    def drop(self, generation: Path, library: str) -> None:
        """Delete what a server holds of an earlier generation; beside the index, its directory goes as a whole."""
        from chromadb.errors import NotFoundError

        if self.url:
            with _reached(self.url), suppress(NotFoundError):
                _served(self.url).delete_collection(_collection(library, generation))


BESIDE = VectorPlace()


class Vectors:
    """The vectors of one generation; call `close` when done. Its methods raise ServiceDown."""

    def __init__(self, client, name: str, url: str = EMBEDDED, *, create: bool = True) -> None:
        self._client = client
        # Chroma keeps every system that nobody closed: its files, its graph, and a deleted document's pages with them.
        self._closing = weakref.finalize(self, client.close)
        self._closing.atexit = False
        self._name = name
        self._url = url
        self._texts = self._created() if create else client.get_collection(name, embedding_function=None)

    def _created(self):
        # No embedding function: Chroma's own default would download a model. A graph that was never saved is written
        # again with every search, from memory that held something else, so it is saved from the second text on.
        return self._client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "sync_threshold": 2}})

    @property
    def dimension(self) -> int | None:
        """Length of the vectors; None while there are none."""
        with _reached(self._url):
            first = self._texts.get(include=["embeddings"], limit=1)["embeddings"]
        return len(first[0]) if len(first) else None

    def keys(self) -> set[str]:
        with _reached(self._url):
            return set(self._texts.get(include=[])["ids"])

    def add(self, keys: list[str], vectors: np.ndarray) -> None:
        with _reached(self._url):
            self._texts.add(ids=keys, embeddings=vectors)

    def remove(self, keys: Iterable[str]) -> None:
        with _reached(self._url):
            for batch in _batches(sorted(keys)):
                self._texts.delete(ids=batch)

    def clear(self) -> None:
        """Take out everything, and forget how long the vectors were."""
        with _reached(self._url):
            self._client.delete_collection(self._name)
            self._texts = self._created()

    def take_over(self, other: Vectors) -> None:
        """Add all vectors of another collection."""
        start = 0
        with _reached(self._url):
            while (batch := other._texts.get(include=["embeddings"], limit=BATCH, offset=start))["ids"]:
                self._texts.add(ids=batch["ids"], embeddings=batch["embeddings"])
                start += BATCH

    def of(self, keys: list[str]) -> np.ndarray:
        """Return the vectors of texts, shape (keys, dimension)."""
        found: dict[str, np.ndarray] = {}
        with _reached(self._url):
            for batch in _batches(sorted(set(keys))):
                held = self._texts.get(ids=batch, include=["embeddings"])
                found |= dict(zip(held["ids"], held["embeddings"], strict=True))
        return np.array([found[key] for key in keys], dtype=np.float32)

    def nearest(self, vector: np.ndarray, limit: int) -> dict[str, float]:
        """Return {text key: cosine} of the `limit` texts nearest to a unit vector, best first."""
        with _reached(self._url):
            found = self._texts.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return {key: 1 - distance for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def close(self) -> None:
        """Let go of the files; happens by itself with the last user."""
        self._closing()


def _embedded(path: Path):
    import chromadb
    from chromadb.config import Settings

    # Chroma keeps its systems by path: a relative one would mean another place after a change of directory.
    return chromadb.PersistentClient(str(path.resolve()), settings=Settings(anonymized_telemetry=False))


def _served(url: str):
    import chromadb
    from chromadb.config import Settings

    address = urlsplit(url)
    secure = address.scheme == "https"
    client = chromadb.HttpClient(
        host=address.hostname or url, port=address.port or (443 if secure else 8000), ssl=secure,
        settings=Settings(anonymized_telemetry=False))
    client._server._session.timeout = SECONDS  # by default it waits for ever, and offers no setting
    return client


@contextmanager
def _reached(url: str) -> Iterator[None]:
    """Name what a Chroma server, or the files of an embedded one, refuse."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.HTTPError, ChromaError, ValueError) as error:  # ValueError: "could not connect"
        raise ServiceDown("vectors_unreachable", place=url, why=type(error).__name__) from error


def _collection(library: str, generation: Path | None = None) -> str:
    return f"wellspring-{library}-{generation.name if generation else ''}"


def _batches(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]
