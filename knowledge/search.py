"""Finds passages: vectors and words, fused, with a verdict on whether the answer is there at all."""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from knowledge import answerability, lexical
from knowledge.cleaning import language_of, normalise, simplified
from knowledge.embedding import Embedder
from knowledge.errors import BadQuery, IndexProblem
from knowledge.fusion import Evidence
from knowledge.index import Store
from knowledge.results import LESSON, Document, Hit, Language, Passage, SearchResult
from knowledge.shelf import Shelf
from knowledge.vectors import Vectors

CANDIDATES = 200
"""Texts taken from each list before fusion."""
PER_DOCUMENT = 2
"""Passages of one document in a result at most, so that one long document does not fill it."""
MAX_QUERY = 500


class Generation:
    """The open files of one generation."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self.path = path
        try:
            self.shelf = Shelf(path / "shelf.sqlite")
            built_with = self.shelf.about("embedder")
            self.vectors = Vectors(path / "vectors")
            self.passages = self.shelf.passage_count()
        except sqlite3.Error as error:
            raise IndexProblem("index_damaged", path=str(path)) from error
        if built_with != embedder.name:
            self.close()
            raise IndexProblem("index_embedder", embedder=embedder.name)

    def close(self) -> None:
        self.vectors.close()
        self.shelf.close()


class KnowledgeIndex:
    """Answers from the live generation; notices by itself when a newer one was written."""

    def __init__(
        self, store: Store, embedder: Embedder, recallable: Callable[[], Collection[str]] = frozenset
    ) -> None:
        """`recallable` gives the ids of the lessons in force now; the index may lag behind it, an answer may not."""
        self._recallable = recallable
        self._store = store
        self._embedder = embedder
        self._lock = threading.Lock()
        self._live: Generation | None = None

    @classmethod
    def open(cls, store: Store, embedder: Embedder) -> KnowledgeIndex:
        """Open the live generation.

        Raises IndexProblem when there is none, or when other vectors were used to build it.
        """
        index = cls(store, embedder)
        index._generation()
        return index

    def close(self) -> None:
        with self._lock:
            if self._live:
                self._live.close()
            self._live = None

    def search(
        self, query: str, *, k: int = 5, language: Language | None = None, type: str | None = None,
        tier: str | None = None,
    ) -> SearchResult:
        """Return up to `k` passages for a question in either language, best first.

        Passages come in `language` (the question's own when None) where they exist in it.
        `type` and `tier` keep only such passages. Raises BadQuery for an empty question.
        """
        generation = self._generation()
        evidence = self._ask(generation, query)
        ranked = evidence.passages()
        asked_in = language_of(query)
        hits = self._hits(generation, evidence, ranked, language or asked_in, k, type, tier)
        confidence = answerability.confidence(answerability.signals(
            generation.shelf, evidence, language=asked_in, passages=generation.passages))
        return SearchResult(query=query, answerable=bool(hits) and confidence >= answerability.THRESHOLD,
                            confidence=round(confidence, 3), results=hits)

    def evidence(self, query: str) -> Evidence:
        """Return what each list says about a question, before fusion; for evaluation and for explaining a result."""
        return self._ask(self._generation(), query)

    def signals(self, query: str) -> answerability.Signals:
        """Return what the verdict on a question rests on; for calibration."""
        generation = self._generation()
        return answerability.signals(
            generation.shelf, self._ask(generation, query), language=language_of(query), passages=generation.passages)

    def _ask(self, generation: Generation, query: str) -> Evidence:
        question = simplified(normalise(query)[:MAX_QUERY])
        if not question:
            raise BadQuery("query_empty")
        evidence = gather(generation.shelf, generation.vectors, self._embedder, question)
        evidence.forget(self._hidden({*evidence.document.values(), *evidence.asked}))
        return evidence

    def _hidden(self, documents: Iterable[str]) -> set[str]:
        """Lessons among these documents that are not in force."""
        lessons = {id for id in documents if id.startswith(LESSON)}
        return lessons.difference(self._recallable()) if lessons else lessons

    def _hits(
        self, generation: Generation, evidence: Evidence, ranked: dict[str, float], language: Language, k: int,
        type: str | None, tier: str | None,
    ) -> list[Hit]:
        hits: list[Hit] = []
        taken: dict[str, int] = defaultdict(int)
        for id, score in ranked.items():
            document = evidence.document[id]
            if len(hits) == k or taken[document] == PER_DOCUMENT:
                continue
            passage = generation.shelf.passage(id, language)
            if (type and passage.type != type) or (tier and tier not in passage.tier):
                continue
            taken[document] += 1
            hits.append(Hit(**passage.model_dump(), score=round(score, 4)))
        return hits

    def passage(self, id: str, language: Language | None = None) -> Passage:
        """Return a passage, in `language` where it exists in it. Raises BadQuery for an unknown id."""
        passage = self._generation().shelf.passage(id, language)
        if passage is None or self._hidden([passage.document]):
            raise BadQuery("passage_unknown", given=id)
        return passage

    def card(self, id: str, language: Language | None = None) -> Document:
        """Return a whole document, in `language` where it exists in it. Raises BadQuery for an unknown id."""
        document = self._generation().shelf.document(id, language)
        if document is None or self._hidden([id]):
            raise BadQuery("document_unknown", given=id)
        return document

    def documents(self) -> list[Document]:
        """Return every document in every language it has, by id."""
        found = self._generation().shelf.documents()
        hidden = self._hidden(document.id for document in found)
        return [document for document in found if document.id not in hidden]

    def _generation(self) -> Generation:
        with self._lock:
            path = self._store.current()
            if path is None:
                raise IndexProblem("index_missing")
            if self._live is None or self._live.path != path:
                fresh = Generation(path, self._embedder)
                # The old one is left to the garbage collector: a search may be using it.
                self._live = fresh
            return self._live


def gather(shelf: Shelf, vectors: Vectors, embedder: Embedder, question: str) -> Evidence:
    """Ask both lists about a normalised question."""
    evidence = Evidence()
    cosines = vectors.nearest(embedder.embed([question])[0], CANDIDATES)
    evidence.floor = max(0.0, min(cosines.values(), default=0.0))
    for entry in shelf.entries(list(cosines)):
        cosine = cosines[entry.vector]
        if entry.passage is None:
            evidence.asked[entry.document] = max(cosine, evidence.asked.get(entry.document, 0.0))
        else:
            evidence.own[entry.passage] = max(cosine, evidence.own.get(entry.passage, 0.0))
            evidence.document[entry.passage] = entry.document
    evidence.terms = lexical.content_words(question)
    matches = shelf.matches(evidence.terms, CANDIDATES)
    places = shelf.rows([row for row, _ in matches])
    for row, score in matches:
        id, document = places[row]
        evidence.words[id] = max(score, evidence.words.get(id, 0.0))
        evidence.document[id] = document
    for document in evidence.asked.keys() - set(evidence.document.values()):
        evidence.document[shelf.first_passage(document)] = document
    return evidence
