"""The open files of one generation of the index, with what is worth keeping in memory of them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Set
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from knowledge import lexical
from knowledge.embedding import Embedder
from knowledge.errors import IndexProblem
from knowledge.everyday import is_everyday
from knowledge.exact import Exact
from knowledge.filters import Filters, Key, Labels, Scope, allowed
from knowledge.gloss import LANGUAGES, Gloss
from knowledge.matching import Matcher
from knowledge.postings import Postings
from knowledge.shelf import Entry, Shelf
from knowledge.spelling import Speller
from knowledge.thesaurus import Thesaurus
from knowledge.unanswered import Unanswered
from knowledge.vectors import EMBEDDED, VectorPlace, Vectors

COMMON = 0.25
"""Share of all passages from which on a related word is common."""
SCOPES, WORDS = 8, 20_000
"""Filters and words that are remembered."""


class Generation:
    """Raises IndexProblem when the files are damaged, or its vectors are of another model or in another place."""

    def __init__(self, path: Path, embedder: Embedder, place: VectorPlace) -> None:
        self.path = path
        self._place = place
        try:
            self.shelf = Shelf(path / "shelf.sqlite")
            built_with, built_at = self.shelf.about("embedder"), self.shelf.about("vectors") or EMBEDDED
            self.passages = self.shelf.passage_count()
        except sqlite3.Error as error:
            raise IndexProblem("index_damaged", path=str(path)) from error
        if built_with != embedder.name or built_at != place.name:
            self.shelf.close()
            if built_with != embedder.name:
                raise IndexProblem("index_embedder", embedder=embedder.name)
            raise IndexProblem("index_place", place=place.name, before=built_at)
        # The files of a generation never change, so what was read of them stays true.
        self.scope = lru_cache(maxsize=SCOPES)(self._scope)
        """What passes a filter; None where nothing is asked for."""
        self._texts = lru_cache(maxsize=SCOPES)(self._texts_of)
        self._known = lru_cache(maxsize=WORDS)(self._holds)

    def common(self, term: str) -> bool:
        """Whether a term occurs in so many passages that it tells little."""
        return self.postings.frequency(term) >= COMMON * self.passages

    def _scope(self, filters: Filters) -> Scope | None:
        if not filters:
            return None
        documents = allowed(self._labels, filters)
        rows = np.zeros(self.postings.height, dtype=bool)
        rows[[row for row, (_, *key) in self.places.items() if tuple(key) in documents]] = True
        return Scope(documents, rows)

    def nearest(self, vector: np.ndarray, limit: int, filters: Filters) -> dict[str, float]:
        """Return {text key: cosine} of the texts nearest to a unit vector among those that pass a filter.

        Raises ServiceDown when the vectors cannot be reached.
        """
        return self.exact.nearest(vector, limit, self._texts(filters)) if filters else self.vectors.nearest(
            vector, limit)

    def _texts_of(self, filters: Filters) -> np.ndarray:
        return self.exact.rows(self.shelf.vectors_of(self.scope(filters).documents))

    @cached_property
    def documents(self) -> list[Key]:
        """Every document in every language it has, by id."""
        return sorted((item.document, item.written_in) for item in self._labels)

    def written_in(self, language: str) -> Set[str]:
        """Ids of the documents that exist in a language."""
        return self._written_in[language]

    @cached_property
    def _written_in(self) -> dict[str, set[str]]:
        found = defaultdict(set)
        for id, language in self.documents:
            found[language].add(id)
        return found

    @cached_property
    def places(self) -> dict[int, tuple[str, str, str]]:
        """Row -> (passage id, document, language)."""
        return self.shelf.places()

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """Key of a text's vector -> what it stands for."""
        return self.shelf.entries()

    @cached_property
    def first_passages(self) -> dict[str, str]:
        """Document -> id of its first passage."""
        first: dict[str, str] = {}
        for _, (passage, document, _) in sorted(self.places.items()):
            first.setdefault(document, passage)
        return first

    @cached_property
    def postings(self) -> Postings:
        return Postings.load(self.path) if Postings.written(self.path) else self.shelf.postings()

    @cached_property
    def _labels(self) -> list[Labels]:
        return self.shelf.labels()

    @cached_property
    def vectors(self) -> Vectors:
        """Opened at the first use. Raises ServiceDown, each time anew, while their server does not answer."""
        return self._place.read(self.path, self.shelf.about("library") or "")

    @cached_property
    def exact(self) -> Exact:
        """Raises ServiceDown where it cannot be read."""
        return Exact.load(self.path) if Exact.written(self.path) else Exact.of(self.vectors)

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.shelf.card_words(), self._known, is_everyday)

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher.load(self.path)

    @cached_property
    def thesaurus(self) -> Thesaurus:
        return Thesaurus.load(self.path)

    @cached_property
    def gloss(self) -> Gloss:
        return Gloss.load(self.path)

    def only_in(self, language: str) -> np.ndarray:
        """Mask of the rows of documents that are in this language and no other."""
        return self._only_in[language]

    @cached_property
    def _only_in(self) -> dict[str, np.ndarray]:
        masks = {language: np.zeros(self.postings.height, dtype=bool) for language in LANGUAGES}
        for row, (_, document, language) in self.places.items():
            others = (other for other in LANGUAGES if other != language)
            masks[language][row] = all(document not in self.written_in(other) for other in others)
        return masks

    @cached_property
    def unanswered(self) -> Unanswered:
        return Unanswered.load(self.path)

    def _holds(self, word: str) -> bool:
        terms = lexical.terms_of(word)
        return bool(terms) and all(map(self.postings.frequency, terms))

    def close(self) -> None:
        if vectors := vars(self).pop("vectors", None):
            vectors.close()
        self.shelf.close()
