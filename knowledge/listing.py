"""What is on file of a team's own documents, and how a clean text differs from the file."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.cleaning.script import RADICALS
from knowledge.errors import BadQuery
from knowledge.results import Document, Flag, Frozen, Language, PageKind, Passage, is_expired
from knowledge.shelf import Shelf
from knowledge.uploads import Upload

Change = Literal["same", "changed", "gone"]
LARGEST = 500_000
"""Characters of a block times those of what became of it, up to which they are compared letter by letter."""
NEAR = 10_000
"""Characters of a clean text to look through for a line of a larger block."""


class DocumentSummary(Frozen):
    """One of a team's own documents."""

    id: str
    title: str
    source: str
    """The file's name."""
    language: Language
    owner: str
    version: str
    dated: date | None
    valid_until: date | None
    expired: bool
    page_kind: PageKind
    pages: int
    passages: int
    repairs: dict[str, int]
    flags: dict[str, int]
    """Passages, and texts that no reader sees, that try to instruct a model: kind -> count."""


class Piece(Frozen):
    """Words of the original; `gone` when the clean text lacks them."""

    text: str
    gone: bool = False


class ComparedRow(Frozen):
    """Lines of the original beside what became of them."""

    change: Change
    original: list[Piece]
    clean: str


class Comparison(Frozen):
    """A document as it was and as it is indexed."""

    document: DocumentSummary
    rows: list[ComparedRow]
    flagged: list[Flag]


def list_documents(index: Path | None, as_of: date) -> list[DocumentSummary]:
    """List the uploads in a generation of the index, by id; none where there is no index yet."""
    if index is None:
        return []
    shelf = Shelf(index / "shelf.sqlite")
    try:
        uploads = [document for document in shelf.documents() if document.trust == "upload"]
        return [summary(document, shelf.passages_of(document.id), as_of) for document in uploads]
    finally:
        shelf.close()


def compare_indexed(index: Path | None, id: str, as_of: date) -> Comparison:
    """Put an indexed upload beside its file. Raises BadQuery for an unknown one, or one whose file was not kept."""
    known = [each.id for each in list_documents(index, as_of)]
    if index is None or id not in known:
        raise BadQuery("document_unknown", given=id, alternatives=known)
    shelf = Shelf(index / "shelf.sqlite")
    try:
        document, original, passages = shelf.document(id, None), shelf.original(id), shelf.passages_of(id)
    finally:
        shelf.close()
    if original is None:
        raise BadQuery("original_missing", given=id)
    return compare(Upload(document, original), passages, as_of)


def compare(upload: Upload, passages: list[Passage], as_of: date) -> Comparison:
    """Put a clean text beside the file that it comes from."""
    found = summary(upload.document, passages, as_of)
    flagged = [*upload.document.flags, *(flag for passage in passages for flag in passage.flags)]
    return Comparison(document=found, rows=compared(upload.original, upload.document.text), flagged=flagged)


def summary(document: Document, passages: list[Passage], as_of: date) -> DocumentSummary:
    return DocumentSummary(
        **document.model_dump(include=set(DocumentSummary.model_fields) - {"pages", "flags"}),
        expired=is_expired(document.valid_until, as_of), pages=len(document.pages), passages=len(passages),
        flags=flag_counts(document, passages),
    )  # fmt: skip


def flag_counts(document: Document, passages: list[Passage]) -> dict[str, int]:
    """Passages, and texts that no reader sees, that try to instruct a model: kind -> count."""
    kinds = Counter(kind for passage in passages for kind in {flag.kind for flag in passage.flags})
    kinds.update(flag.kind for flag in document.flags)
    return dict(kinds)


def compared(original: str, clean: str) -> list[ComparedRow]:
    """Align two texts: lines that stay stand alone, lines that changed with what became of them."""
    before = [line for line in re.split(r"[\n\f\r]+", original) if line.strip()]
    after = [line for line in clean.split("\n") if line.strip()]
    matcher = difflib.SequenceMatcher(None, [_key(line) for line in before], [_key(line) for line in after])
    rows: list[ComparedRow] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            rows += [_row(old, new) for old, new in zip(before[i:j], after[k:m], strict=True)]
        elif i < j or k < m:
            rows.append(_row("\n".join(before[i:j]), "\n".join(after[k:m])))
    return rows


def _key(line: str) -> str:
    return re.sub(r"\s+", "", line).translate(RADICALS)


def _row(old: str, new: str) -> ComparedRow:
    if _key(old) == _key(new):
        same = old.count("\n") == new.count("\n")
        return ComparedRow(change="same" if same else "changed", original=[Piece(text=old)], clean=new)
    if not new:
        return ComparedRow(change="gone", original=[Piece(text=old, gone=True)], clean="")
    return ComparedRow(change="changed", original=_pieces(old, new), clean=new)


def _pieces(old: str, new: str) -> list[Piece]:
    """The original, parted where the clean text lacks words; line breaks and spaces count for nothing."""
    if len(old) * len(new) > LARGEST:
        return _whole_lines(old, _key(new))
    places = [n for n, char in enumerate(old) if not char.isspace()]
    matcher = difflib.SequenceMatcher(None, [old[n] for n in places], list(_key(new)), False)
    kept = {places[n] for block in matcher.get_matching_blocks() for n in range(block.a, block.a + block.size)}
    pieces: list[Piece] = []
    for n, char in enumerate(old):
        gone = n not in kept and not char.isspace()
        if pieces and (pieces[-1].gone == gone or char.isspace()):
            pieces[-1] = Piece(text=pieces[-1].text + char, gone=pieces[-1].gone)
        else:
            pieces.append(Piece(text=char, gone=gone))
    return pieces


def _whole_lines(old: str, new: str) -> list[Piece]:
    """A long original line by line: gone is one that does not stand, as it is, near where the last one stood."""
    pieces, at = [], 0
    for line in old.splitlines(keepends=True):
        key = _key(line)
        found = new.find(key, at, at + len(key) + NEAR)
        pieces.append(Piece(text=line, gone=found < 0))
        at = found + len(key) if found >= 0 else at
    return pieces
