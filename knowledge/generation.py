"""The open files of one generation of the index, with what is worth keeping in memory of them."""

from __future__ import annotations

import sqlite3
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge import lexical
from knowledge.embedding import Embedder, is_everyday
from knowledge.errors import IndexProblem
from knowledge.filters import Filters, Key, allowed
from knowledge.shelf import Shelf
from knowledge.spelling import Speller
from knowledge.thesaurus import Thesaurus
from knowledge.vectors import EMBEDDED, VectorPlace, Vectors


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
        self.allowed = lru_cache(maxsize=32)(self._allowed)
        """Documents that pass a filter; None where nothing is asked for."""

    def _allowed(self, filters: Filters) -> set[Key] | None:
        return allowed(self._labels, filters) if filters else None

    @cached_property
    def _labels(self):
        return self.shelf.labels()

    @cached_property
    def vectors(self) -> Vectors:
        """Opened at the first use. Raises ServiceDown, each time anew, while their server does not answer."""
        return self._place.read(self.path, self.shelf.about("library") or "")

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.shelf.card_words(), self._holds, is_everyday)

    @cached_property
    def thesaurus(self) -> Thesaurus:
        return Thesaurus.load(self.path)

    def _holds(self, word: str) -> bool:
        terms = lexical.words(word)
        return bool(terms) and all(self.shelf.frequency(term) for term in terms)

    def close(self) -> None:
        if vectors := vars(self).pop("vectors", None):
            vectors.close()
        self.shelf.close()
