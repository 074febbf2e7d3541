"""Builds the index: a new generation beside the live one, made current at the very end.

A generation is a directory with `shelf.sqlite` (documents, passages, words) and `vectors/`
(Chroma). A crash leaves the old generation whole, and readers never see a half-built one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from knowledge import checksums
from knowledge.documents import CONTENT, read_cards
from knowledge.embedding import Embedder
from knowledge.errors import BadQuery
from knowledge.exact import Exact
from knowledge.filing import Filed, file_uploads
from knowledge.gloss import Gloss
from knowledge.listing import flag_counts
from knowledge.matching import Matcher
from knowledge.postings import Postings
from knowledge.results import Document, FileReport, IndexReport, Refused
from knowledge.shelf import Shelf, digest
from knowledge.thesaurus import Thesaurus
from knowledge.unanswered import Unanswered
from knowledge.uploads import Filing
from knowledge.vectors import BESIDE, VectorPlace, Vectors

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

    def drop_earlier(self) -> None:
        """Remove every generation but the live one from the disk."""
        ...


def build_index(
    store: Store,
    *,
    content: Path = CONTENT,
    documents: Sequence[Path] = (),
    filing: Filing = Filing(),
    lessons: Sequence[Document] = (),
    embedder: Embedder,
    place: VectorPlace = BESIDE,
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the index up to the cards in `content` and the files or folders in `documents`.

    `filing` says whose the files are and until when they hold. `lessons` are all that are in force; one
    that is left out is taken out of the index. Files indexed earlier stay, from their clean copy in the
    index. Unchanged texts keep their vectors; when nothing changed nothing is written. A file that cannot
    be read is named in the report and does not stop the others. Files of the index that were damaged are made anew
    from the shelf. `place` is where vectors are kept. Raises
    BadDocument for a malformed card and ServiceDown where a server for vectors fails, and then changes nothing.
    """
    cards = read_cards(content)
    filed, refused = file_uploads(documents, filing, _uploads(store))
    taken = [each for each in filed if each.status != "duplicate"]
    wanted = {_key(document): document for document in [*cards, *(each.document for each in taken), *lessons]}
    gone = {each.twin for each in taken if each.status == "renamed"}
    if not gone and _is_current(store, wanted, embedder, place):
        with _reading(store) as shelf:
            return _report(shelf, changed=False, files=_file_reports(shelf, filed), refused=refused)
    live = store.current()
    with store.write() as fresh:
        with _opened(fresh, place, live) as (shelf, vectors):
            done = _update(shelf, vectors, wanted, gone, embedder, progress)
            shelf.postings().write(fresh)
            Exact.of(vectors).write(fresh)
            _fit_questions(fresh, shelf, vectors, embedder)
            Thesaurus.write(fresh, shelf.card_words())
            Gloss.write(fresh, shelf.document_words())
            Unanswered.write(fresh)
            for each in taken:
                shelf.keep_original(each.document.id, each.upload.original)
            report = _report(shelf, **done, files=_file_reports(shelf, filed), refused=refused)
        checksums.write(fresh)
    return report


def remove_document(store: Store, id: str, *, place: VectorPlace = BESIDE) -> IndexReport:
    """Delete a team's own document: passages, words, vectors and original, from every generation on the disk.

    Raises BadQuery for an id that is no such document.
    """
    uploads = _uploads(store)
    if id not in uploads:
        store.drop_earlier()  # where an earlier deletion was cut short, it may be there still
        raise BadQuery("document_unknown", given=id, alternatives=sorted(uploads))
    live = store.current()
    with store.write() as fresh:
        with _opened(fresh, place, live) as (shelf, vectors):
            shelf.erase(id)
            vectors.remove(vectors.keys() - shelf.texts().keys())
            shelf.postings().write(fresh)
            Exact.of(vectors).write(fresh)
            Gloss.write(fresh, shelf.document_words())
            report, library = _report(shelf, removed={id}), shelf.about("library")
        place.compact(fresh)
        checksums.write(fresh)
    store.drop_earlier()
    place.drop(live, library)
    return report


def _uploads(store: Store) -> dict[str, Document]:
    """The team's own documents in the index, by id."""
    with _reading(store) as shelf:
        return {document.id: document for document in shelf.documents() if document.trust == "upload"} if shelf else {}


def _key(document: Document) -> tuple[str, str]:
    return document.id, document.language


def _is_current(
    store: Store, wanted: dict[tuple[str, str], Document], embedder: Embedder, place: VectorPlace
) -> bool:
    with _reading(store) as shelf:
        if shelf is None or shelf.about("embedder") != embedder.name or shelf.about("vectors") != place.name:
            return False
        parts = (Exact, Gloss, Matcher, Postings, Thesaurus, Unanswered, checksums)
        if not all(part.written(store.current()) for part in parts) or checksums.damaged(store.current()):
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
    shelf: Shelf, vectors: Vectors, wanted: dict[tuple[str, str], Document], gone: set[str], embedder: Embedder,
    progress: Progress | None,
) -> dict[str, Any]:  # fmt: skip
    """Write what changed; return what was done, as fields of the report."""
    if shelf.about("embedder") != embedder.name:
        vectors.clear()
    have = shelf.digests()
    # A new version of an upload may be in another language: the old one goes with its id.
    replaced = {id for id, _ in wanted} | gone
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
    return {"added": touched - before, "updated": touched & before, "removed": before - after, "embedded": embedded}


def _fit_questions(fresh: Path, shelf: Shelf, vectors: Vectors, embedder: Embedder) -> None:
    questions = shelf.questions()
    name = f"{embedder.name} {vectors.dimension}"  # a server may put another model behind the same name
    if not Matcher.written(fresh, questions, name):
        Matcher.write(fresh, questions, vectors.of(questions.keys), name)


def _file_reports(shelf: Shelf, filed: list[Filed]) -> list[FileReport]:
    return [_file_report(shelf, each) for each in filed]


def _file_report(shelf: Shelf, filed: Filed) -> FileReport:
    document = filed.document
    passages = shelf.passages_of(document.id) if filed.status != "duplicate" else []
    return FileReport(
        id=document.id, title=document.title, language=document.language, status=filed.status, twin=filed.twin,
        page_kind=document.page_kind, pages=len(document.pages), passages=len(passages), repairs=document.repairs,
        flags=flag_counts(document, passages),
    )  # fmt: skip


@contextmanager
def _opened(fresh: Path, place: VectorPlace, live: Path | None) -> Iterator[tuple[Shelf, Vectors]]:
    fresh.mkdir(parents=True, exist_ok=True)
    checksums.drop_damaged(fresh, keep="shelf.sqlite")  # the others are made from it
    shelf = Shelf(fresh / "shelf.sqlite", writable=True)
    try:
        library = shelf.about("library") or uuid4().hex[:12]
        shelf.describe("library", library)
        shelf.describe("vectors", place.name)
        with closing(place.write(fresh, library, live)) as vectors:
            yield shelf, vectors
        place.blank(fresh)
        shelf.commit()
    finally:
        shelf.close()


def _embed_missing(shelf: Shelf, vectors: Vectors, embedder: Embedder, progress: Progress | None) -> int:
    texts, have = shelf.texts(), vectors.keys()
    vectors.remove(have - texts.keys())
    missing = sorted(texts.keys() - have)
    for start in range(0, len(missing), BATCH):
        batch = missing[start:start + BATCH]
        found = embedder.embed([texts[key] for key in batch])
        if start == 0 and vectors.dimension not in {None, found.shape[1]}:
            vectors.clear()  # a server may put another model behind the same name
            return _embed_missing(shelf, vectors, embedder, progress)
        vectors.add(batch, found)
        if progress:
            progress(start + len(batch), len(missing))
    return len(missing)


def _report(shelf: Shelf, *, changed: bool = True, added: set[str] = frozenset(), updated: set[str] = frozenset(),
            removed: set[str] = frozenset(), embedded: int = 0, files: list[FileReport] | None = None,
            refused: list[Refused] | None = None) -> IndexReport:
    return IndexReport(
        changed=changed, documents=len({id for id, _ in shelf.digests()}), passages=shelf.passage_count(),
        vectors=len(shelf.texts()), added=sorted(added), updated=sorted(updated), removed=sorted(removed),
        embedded=embedded, files=files or [], refused=refused or [],
    )
