"""Finds passages: vectors and words, fused, with a verdict on whether the answer is there at all."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge import answerability, lexical
from knowledge.cleaning import language_of, normalise, simplified
from knowledge.embedding import Embedder, SentenceEncoder
from knowledge.errors import BadQuery, IndexProblem, ServiceDown
from knowledge.filters import Filters, Key
from knowledge.fusion import Evidence, Ranking
from knowledge.gathering import CANDIDATES, add_glossed, add_near, add_worded
from knowledge.generation import Generation
from knowledge.index import Store
from knowledge.questions import with_heard
from knowledge.results import LESSON, Document, Hit, Language, Passage, SearchResult, is_expired
from knowledge.vectors import BESIDE, VectorPlace

if TYPE_CHECKING:
    from knowledge.served import Reranker

log = logging.getLogger(__name__)

RERANKED = 20
"""Passages that a reranker puts in order."""
OF_CARD, OF_DOCUMENT = 2, 3
"""Passages of one card, and of one document that is longer than a card, in a result at most, so that none fills it."""
MAX_QUERY = 500
QUESTIONS = 256
"""Questions whose vectors are remembered."""
VECTORLESS = {"embedder_unreachable", "vectors_unreachable"}


@dataclass(frozen=True)
class Asked:
    """One question, and what the lists say of it."""

    words: str
    """The question as it was looked up: normalised, in simplified characters, misspelt words mended."""
    mended: bool
    related: dict[str, list[str]]
    """Words near each content word of the question."""
    ranking: Ranking
    document: dict[str, str]
    """Passage found -> its document."""
    cautions: list[str]


class KnowledgeIndex:
    """Answers from the live generation; notices by itself when a newer one was written."""

    def __init__(
        self, store: Store, embedder: Embedder, recallable: Callable[[], Collection[str]] = frozenset, *,
        place: VectorPlace = BESIDE, reranker: Reranker | None = None,
    ) -> None:
        """`recallable` gives the ids of the lessons in force now; the index may lag behind it, an answer may not."""
        self._recallable = recallable
        self._store = store
        self._embedder = embedder
        self._place = place
        self._reranker = reranker
        self._vector = lru_cache(maxsize=QUESTIONS)(embedder.ask)
        self._lock = threading.Lock()
        self._live: Generation | None = None

    @classmethod
    def open(cls, store: Store, embedder: Embedder, *, place: VectorPlace = BESIDE) -> KnowledgeIndex:
        """Open the live generation.

        Raises IndexProblem when there is none, or when other vectors were used to build it.
        """
        index = cls(store, embedder, place=place)
        index._generation()
        return index

    @property
    def embedder(self) -> str:
        """Name of the model that the vectors are made by."""
        return self._embedder.name

    def close(self) -> None:
        with self._lock:
            if self._live:
                self._live.close()
            self._live = None

    def search(
        self, query: str, *, k: int = 5, language: Language | None = None, as_of: date | None = None,
        expired: bool = True, **only: str | None,
    ) -> SearchResult:
        """Return up to `k` passages for a question in either language, best first.

        Passages come in `language` (the question's own when None) where they exist in it. `only` names
        what to keep (fields of `Filters`). `as_of` tells which documents' validity is over;
        without `expired` they are left out. Raises BadQuery for an empty question.
        """
        generation, filters = self._generation(), Filters.of(**only)
        asked_in = language_of(query)
        asked = self._ask(generation, query, filters)
        shown_in = filters.written_in or language or asked_in
        hits = self._hits(generation, asked, shown_in, k, as_of, expired)
        model = answerability.model(self._judge(generation, asked, asked_in))
        confidence = answerability.confidence(self._signals(generation, asked, asked_in), model)
        return SearchResult(
            query=query, read_as=asked.words if asked.mended else "", cautions=asked.cautions,
            answerable=bool(hits) and confidence >= model.threshold, confidence=round(confidence, 3), results=hits,
        )

    def ranking(self, query: str, **only: str | None) -> Ranking:
        """Return what each list says about a question; for evaluation and for explaining a result."""
        return self._ask(self._generation(), query, Filters.of(**only)).ranking

    def signals(self, query: str, **only: str | None) -> answerability.Signals:
        """Return what the verdict on a question rests on; for calibration."""
        generation = self._generation()
        return self._signals(generation, self._ask(generation, query, Filters.of(**only)), language_of(query))

    def _judge(self, generation: Generation, asked: Asked, language: str) -> answerability.Judge:
        # Cosines of another model lie on another scale than those that the verdict was fitted on.
        if self._embedder.name != SentenceEncoder.name or VECTORLESS & set(asked.cautions):
            return "words"
        best = next(iter(asked.ranking.documents), "")
        # What is only in another language lies farther off, and its words tell little.
        if language not in generation.shelf.languages(best):
            return "foreign"
        return "cards" if generation.shelf.is_card(best) else "documents"

    def _elsewhere(self, generation: Generation, asked: Asked) -> float:
        if self._embedder.name != SentenceEncoder.name:
            return 0.0
        return generation.unanswered.nearness(self._vector(asked.words))

    def _signals(self, generation: Generation, asked: Asked, language: str) -> answerability.Signals:
        return answerability.signals(
            generation, asked.ranking, asked.related, language=language, elsewhere=self._elsewhere(generation, asked))

    def _ask(self, generation: Generation, query: str, filters: Filters) -> Asked:
        question = simplified(normalise(query)[:MAX_QUERY])
        if not question:
            raise BadQuery("query_empty")
        words = generation.speller.mend(question)
        cautions: list[str] = []
        evidence = Evidence(terms=lexical.content_words(words))
        scope = generation.scope(filters)
        try:
            vector = self._vector(words)
            add_near(evidence, generation, generation.nearest(vector, CANDIDATES, filters), scope)
            evidence.matched |= with_heard(generation.matcher.match(vector, filters.written_in), words)
        except ServiceDown as error:
            log.warning("searching by words alone: %s", error)
            cautions.append(error.code)
        related = generation.thesaurus.related(evidence.terms)
        telling = {word for words in related.values() for word in words if not generation.common(word)}
        add_worded(evidence, generation.postings, generation.places, scope, sorted(telling))
        add_glossed(evidence, generation, words, "en" if language_of(query) == "zh" else "zh", scope)
        evidence.forget(self._hidden({*evidence.document.values(), *evidence.asked}))
        if not filters.written_in:
            evidence.foreign = set(evidence.document.values()) - generation.written_in(language_of(query))
        return Asked(words, words != question, related, evidence.fused(), evidence.document, cautions)

    def _hidden(self, documents: Iterable[str]) -> set[str]:
        """Lessons among these documents that are not in force."""
        lessons = {id for id in documents if id.startswith(LESSON)}
        return lessons.difference(self._recallable()) if lessons else lessons

    def _hits(
        self, generation: Generation, asked: Asked, language: str, k: int, as_of: date | None, keep_expired: bool
    ) -> list[Hit]:
        """The best passages, only a few a document; a reranker, where there is one, orders the first of them."""
        hits: list[Hit] = []
        taken: dict[str, int] = defaultdict(int)
        for id, score in asked.ranking.passages.items():
            document = asked.document[id]
            if len(hits) == max(k, RERANKED if self._reranker else 0):
                break
            if taken[document] == OF_DOCUMENT:
                continue
            passage = generation.shelf.passage(id, language)
            if passage.trust == "card" and taken[document] == OF_CARD:
                continue
            expired = as_of is not None and is_expired(passage.valid_until, as_of)
            if expired and not keep_expired:
                continue
            taken[document] += 1
            hits.append(Hit(**passage.model_dump(), score=round(score, 4), expired=expired))
        return self._reranked(asked, hits)[:k]

    def _reranked(self, asked: Asked, hits: list[Hit]) -> list[Hit]:
        if self._reranker is None or not hits:
            return hits
        try:
            order = self._reranker.order(asked.words, [f"{hit.title}\n{hit.heading}\n{hit.text}" for hit in hits])
        except ServiceDown as error:
            log.warning("keeping the order of the fusion: %s", error)
            asked.cautions.append(error.code)
            return hits
        return [hits[place] for place in order]

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

    def documents(self) -> list[Key]:
        """Return (id, language) of every document in every language it has, by id."""
        found = self._generation().documents
        hidden = self._hidden(id for id, _ in found)
        return [key for key in found if key[0] not in hidden]

    def _generation(self) -> Generation:
        with self._lock:
            path = self._store.current()
            if path is None:
                raise IndexProblem("index_missing")
            if self._live is None or self._live.path != path:
                fresh = Generation(path, self._embedder, self._place)
                # The old one is left to the garbage collector: a search may be using it.
                self._live = fresh
            return self._live

