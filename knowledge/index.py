"""Builds the index: a new generation beside the live one, made current at the very end.

A generation is a directory with `shelf.sqlite` (documents, passages, words) and `vectors/`
(Chroma). A crash leaves the old generation whole, and readers never see a half-built one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from knowledge.documents import CONTENT, find_files, read_cards, read_document
from knowledge.embedding import Embedder
from knowledge.errors import BadQuery
from knowledge.results import Document, IndexReport
from knowledge.shelf import Shelf, digest
from knowledge.vectors import Vectors

BATCH = 256
Progress = Callable[[int, int], None]
"""Called with (texts embedded so far, texts to embed)."""


class Store(Protocol):
    """A directory of immutable generations with one pointer."""

    def current(self) -> Path | None:
        """Path of the live generation, or None."""
        ...

    def write(self) -> AbstractContextManager[Path]:
        """Yield the path of a copy to change; on a clean exit it becomes current."""
        ...


def build_index(
    store: Store,
    *,
    content: Path = CONTENT,
    documents: list[Path] | tuple[Path, ...] = (),
    lessons: Sequence[Document] = (),
    embedder: Embedder,
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the index up to the cards in `content` and the files or folders in `documents`.

    `lessons` are all that are in force; one that is left out is taken out of the index.
    Files indexed earlier stay, from their clean copy in the index. Unchanged texts keep
    their vectors; when nothing changed nothing is written. Raises BadDocument for a card
    or file that cannot be read, and then changes nothing.
    """
    cards = read_cards(content)
    uploads = [read_document(path, name) for name, path in find_files(list(documents)).items()]
    wanted = {_key(document): document for document in [*cards, *uploads, *lessons]}
    if _is_current(store, wanted, embedder):
        with _reading(store) as shelf:
            return _report(shelf, changed=False)
    with store.write() as fresh:
        return _update(fresh, wanted, embedder, progress)


def remove_document(store: Store, id: str, *, embedder: Embedder) -> IndexReport:
    """Delete a team's own document with its passages and vectors.

    Raises BadQuery for an id that is no such document.
    """
    with _reading(store) as shelf:
        uploads = [document.id for document in shelf.documents() if document.trust == "upload"] if shelf else []
    if id not in uploads:
        raise BadQuery("document_unknown", given=id, alternatives=uploads)
    with store.write() as fresh, _opened(fresh) as (shelf, vectors):
        gone = [key for key in shelf.digests() if key[0] == id]
        for key in gone:
            shelf.drop(*key)
        embedded = _embed_missing(shelf, vectors, embedder, None)
        return _report(shelf, removed={id}, embedded=embedded)


def _key(document: Document) -> tuple[str, str]:
    return document.id, document.language


def _is_current(store: Store, wanted: dict[tuple[str, str], Document], embedder: Embedder) -> bool:
    with _reading(store) as shelf:
        if shelf is None or shelf.about("embedder") != embedder.name:
            return False
        have = shelf.digests()
        uploads = {_key(document) for document in shelf.documents() if document.trust == "upload"}
        same = all(have.get(key) == digest(document) for key, document in wanted.items())
        return same and set(have) <= set(wanted) | uploads


@contextmanager
def _reading(store: Store) -> Iterator[Shelf | None]:
    live = store.current()
    shelf = Shelf(live / "shelf.sqlite") if live else None
    try:
        yield shelf
    finally:
        if shelf:
            shelf.close()


def _update(
    fresh: Path, wanted: dict[tuple[str, str], Document], embedder: Embedder, progress: Progress | None
) -> IndexReport:
    with _opened(fresh) as (shelf, vectors):
        if shelf.about("embedder") != embedder.name:
            vectors.remove(vectors.keys())
        have = shelf.digests()
        # A new version of an upload may be in another language: the old one goes with its id.
        replaced = {id for id, _ in wanted}
        kept = {_key(document): document for document in shelf.documents()
                if document.trust == "upload" and document.id not in replaced}
        wanted = kept | wanted
        for key in have.keys() - wanted.keys():
            shelf.drop(*key)
        changed = {key for key, document in wanted.items() if have.get(key) != digest(document)}
        for key in sorted(changed):
            shelf.put(wanted[key])
        shelf.describe("embedder", embedder.name)
        embedded = _embed_missing(shelf, vectors, embedder, progress)
        before, after = {id for id, _ in have}, {id for id, _ in wanted}
        touched = {id for id, _ in changed}
        return _report(shelf, added=touched - before, updated=touched & before,
                       removed=before - after, embedded=embedded)


@contextmanager
def _opened(fresh: Path) -> Iterator[tuple[Shelf, Vectors]]:
    fresh.mkdir(parents=True, exist_ok=True)
    shelf, vectors = Shelf(fresh / "shelf.sqlite", writable=True), Vectors(fresh / "vectors")
    try:
        yield shelf, vectors
        shelf.commit()
    finally:
        vectors.close()
        shelf.close()


def _embed_missing(shelf: Shelf, vectors: Vectors, embedder: Embedder, progress: Progress | None) -> int:
    texts, have = shelf.texts(), vectors.keys()
    vectors.remove(have - texts.keys())
    missing = sorted(texts.keys() - have)
    for start in range(0, len(missing), BATCH):
        batch = missing[start:start + BATCH]
        vectors.add(batch, embedder.embed([texts[key] for key in batch]))
        if progress:
            progress(start + len(batch), len(missing))
    return len(missing)


def _report(shelf: Shelf, *, changed: bool = True, added: set[str] = frozenset(), updated: set[str] = frozenset(),
            removed: set[str] = frozenset(), embedded: int = 0) -> IndexReport:
    return IndexReport(
        changed=changed, documents=len({id for id, _ in shelf.digests()}), passages=shelf.passage_count(),
        vectors=len(shelf.texts()), added=sorted(added), updated=sorted(updated), removed=sorted(removed),
        embedded=embedded,
    )
