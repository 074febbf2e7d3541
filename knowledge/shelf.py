"""Documents, passages and words of one generation, in one SQLite file.

    documents   one row a document and language, whole, so that the index can be rebuilt from it
    passages    one row a passage and language; its rowid is the row of `words`
    entries     which text vectors speak for which passage, or for a whole document (its title and questions)
    words       the lexical index (FTS5)
    originals   a team's own files as they were before cleaning
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from knowledge import cleaning, lexical
from knowledge.chunking import passages as cut
from knowledge.filters import Key, Labels
from knowledge.matching import Questions
from knowledge.postings import Postings
from knowledge.results import Document, Language, Passage
from knowledge.vectors import text_key

FORMAT = "3"
"""Raise it when cutting, cleaning or the tables change: every document is then indexed again."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS documents (id TEXT, language TEXT, digest TEXT, body TEXT, PRIMARY KEY (id, language));
CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY, id TEXT, language TEXT, document TEXT, body TEXT, UNIQUE (id, language));
CREATE INDEX IF NOT EXISTS passages_document ON passages (document, language);
CREATE TABLE IF NOT EXISTS originals (document TEXT PRIMARY KEY, text TEXT);
CREATE TABLE IF NOT EXISTS entries (vector TEXT, document TEXT, language TEXT, passage TEXT, text TEXT);
CREATE INDEX IF NOT EXISTS entries_vector ON entries (vector);
CREATE INDEX IF NOT EXISTS entries_document ON entries (document, language);
"""


class Entry(NamedTuple):
    """One text that stands for a passage, or (passage None) for the whole document."""

    vector: str
    document: str
    language: str
    passage: str | None


def digest(document: Document) -> str:
    """Return a hash that changes with anything that the index keeps of a document."""
    return hashlib.sha256((FORMAT + document.model_dump_json()).encode("utf-8")).hexdigest()


class Shelf:
    """Reads, and for the writer of a generation writes, one file; safe to read from several threads."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        address = f"file:{path}?mode={'rwc' if writable else 'ro'}"
        self._sql = sqlite3.connect(address, uri=True, check_same_thread=False)
        if writable:
            self._sql.executescript(_SCHEMA + lexical.SCHEMA + ";")

    def close(self) -> None:
        self._sql.close()

    def commit(self) -> None:
        self._sql.commit()

    # --- what is there

    def about(self, name: str) -> str | None:
        row = self._sql.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def digests(self) -> dict[tuple[str, str], str]:
        return {(id, language): value for id, language, value in
                self._sql.execute("SELECT id, language, digest FROM documents")}

    def documents(self) -> list[Document]:
        rows = self._sql.execute("SELECT body FROM documents ORDER BY id, language")
        return [Document.model_validate_json(body) for (body,) in rows]

    def document(self, id: str, language: Language | None) -> Document | None:
        """Return the document in `language`, else in whichever it has; None when unknown."""
        row = self._sql.execute(
            "SELECT body FROM documents WHERE id = ? ORDER BY language = ? DESC LIMIT 1", (id, language)).fetchone()
        return Document.model_validate_json(row[0]) if row else None

    def passage(self, id: str, language: Language | None) -> Passage | None:
        """Return the passage in `language`, else in whichever it has; None when unknown."""
        row = self._sql.execute(
            "SELECT body FROM passages WHERE id = ? ORDER BY language = ? DESC LIMIT 1", (id, language)).fetchone()
        return Passage.model_validate_json(row[0]) if row else None

    def languages(self, document: str) -> set[str]:
        """Return the languages that a document is written in."""
        return {language for (language,) in
                self._sql.execute("SELECT language FROM documents WHERE id = ?", (document,))}

    def is_card(self, document: str) -> bool:
        sql = "SELECT 1 FROM documents WHERE id = ? AND json_extract(body, '$.trust') = 'card'"
        return self._sql.execute(sql, (document,)).fetchone() is not None

    def passage_count(self) -> int:
        return self._sql.execute("SELECT count(*) FROM passages").fetchone()[0]

    def entries(self) -> dict[str, list[Entry]]:
        """Return what every text stands for, by the key of its vector."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for row in self._sql.execute("SELECT vector, document, language, passage FROM entries"):
            found[row[0]].append(Entry._make(row))
        return dict(found)

    def labels(self) -> list[Labels]:
        """Return what filters look at, one a document and language."""
        paths = ", ".join(f"'$.{name}'" for name in ("type", "stage", "tier", "quadrant", "scenario"))
        rows = self._sql.execute(f"SELECT id, language, json_extract(body, {paths}) FROM documents").fetchall()
        return [_labels(id, language, *json.loads(values)) for id, language, values in rows]

    def questions(self) -> Questions:
        """Return the titles and questions of all documents that have questions."""
        rows = self._sql.execute(
            "SELECT vector, document, entries.language FROM entries JOIN documents "
            "ON documents.id = document AND documents.language = entries.language "
            "WHERE passage IS NULL AND json_array_length(body, '$.questions') > 0 ORDER BY 1, 2, 3").fetchall()
        return Questions(*([row[column] for row in rows] for column in range(3)))

    def vectors_of(self, documents: set[Key]) -> list[str]:
        """Return the keys of all texts that speak for `documents`."""
        found = self._sql.execute(
            "SELECT DISTINCT vector FROM entries JOIN json_each(?) AS wanted "
            "ON document = wanted.value ->> 0 AND language = wanted.value ->> 1", (json.dumps(sorted(documents)),))
        return [vector for (vector,) in found]

    def texts(self) -> dict[str, str]:
        """Return every text that needs a vector, by its key."""
        return dict(self._sql.execute("SELECT vector, text FROM entries"))

    def passages_of(self, document: str) -> list[Passage]:
        """Return the passages of a document in their order."""
        rows = self._sql.execute("SELECT body FROM passages WHERE document = ? ORDER BY row", (document,))
        return [Passage.model_validate_json(body) for (body,) in rows]

    def original(self, document: str) -> str | None:
        """Return a file's text before cleaning; None where it was not kept, as by earlier versions."""
        if not self._sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'originals'").fetchone():
            return None
        row = self._sql.execute("SELECT text FROM originals WHERE document = ?", (document,)).fetchone()
        return row[0] if row else None

    # --- lexical side

    def places(self) -> dict[int, tuple[str, str, str]]:
        """Return {row: (passage id, document, language)} of every passage."""
        rows = self._sql.execute("SELECT row, id, document, language FROM passages")
        return {row: tuple(place) for row, *place in rows}

    def rows_of(self, document: str) -> list[int]:
        return [row for (row,) in self._sql.execute("SELECT row FROM passages WHERE document = ?", (document,))]

    def postings(self) -> Postings:
        """Count the words of all passages anew."""
        return Postings.of(self._sql)

    def card_words(self) -> Counter[str]:
        """Count the words of our cards and of the field's dictionary, before stemming."""
        sql = "SELECT row FROM passages WHERE json_extract(body, '$.trust') = 'card'"
        return Counter(lexical.lexicon()) + lexical.vocabulary(self._sql, [row for (row,) in self._sql.execute(sql)])

    def document_words(self) -> dict[str, Counter[str]]:
        """Count the words of everything that is no card, by language, before stemming."""
        rows = defaultdict(list)
        for row, language in self._sql.execute(
                "SELECT row, language FROM passages WHERE json_extract(body, '$.trust') != 'card'"):
            rows[language].append(row)
        return {language: lexical.vocabulary(self._sql, held) for language, held in rows.items()}

    # --- writing

    def describe(self, name: str, value: str) -> None:
        self._sql.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def drop(self, id: str, language: str) -> None:
        where = (id, language)
        self._sql.execute("DELETE FROM words WHERE rowid IN "
                          "(SELECT row FROM passages WHERE document = ? AND language = ?)", where)
        self._sql.execute("DELETE FROM passages WHERE document = ? AND language = ?", where)
        self._sql.execute("DELETE FROM entries WHERE document = ? AND language = ?", where)
        self._sql.execute("DELETE FROM documents WHERE id = ? AND language = ?", where)
        if not self.languages(id):
            self._sql.execute("DELETE FROM originals WHERE document = ?", (id,))

    def erase(self, id: str) -> None:
        """Drop a document in every language, with its original, so that no byte of them stays in the file."""
        for language in self.languages(id):
            self.drop(id, language)
        # FTS5 keeps deleted words in its segments until they are merged; SQLite keeps freed pages until it packs.
        self._sql.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._sql.commit()
        self._sql.execute("VACUUM")

    def keep_original(self, document: str, text: str) -> None:
        self._sql.execute("INSERT OR REPLACE INTO originals VALUES (?, ?)", (document, text))

    def put(self, document: Document) -> None:
        """Write a document with its passages, words and entries, replacing an earlier version."""
        self.drop(document.id, document.language)
        self._sql.execute("INSERT INTO documents VALUES (?, ?, ?, ?)",
                          (document.id, document.language, digest(document), document.model_dump_json()))
        plain = cleaning.simplified if document.traditional else str
        title, asked = (lexical.indexable(plain(text)) for text in (document.title, "\n".join(document.questions)))
        for passage in cut(document):
            row = self._sql.execute(
                "INSERT INTO passages (id, language, document, body) VALUES (?, ?, ?, ?)",
                (passage.id, passage.language, document.id, passage.model_dump_json())).lastrowid
            heading, text = (lexical.indexable(plain(field)) for field in (passage.heading, passage.text))
            self._sql.execute("INSERT INTO words (rowid, title, heading, text, questions) VALUES (?, ?, ?, ?, ?)",
                              (row, title, heading, text, asked))
            self._add_entry(document, passage.id, plain(_in_context(document, passage)))
        for text in [document.title, *document.questions]:
            self._add_entry(document, None, plain(text))

    def _add_entry(self, document: Document, passage: str | None, text: str) -> None:
        self._sql.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                          (text_key(text), document.id, document.language, passage, text))


def _labels(id: str, language: str, type: str, *several: list[str]) -> Labels:
    return Labels(id, language, type, *map(tuple, several))


def _in_context(document: Document, passage: Passage) -> str:
    # A card's sections ("Trigger", "KPI") mean little without its short title; the long title
    # that a file's many passages share would only make their vectors alike.
    title = document.title if document.trust != "upload" else ""
    return "\n".join(part for part in (title, passage.heading, passage.text) if part)
