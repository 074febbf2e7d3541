"""The open files of one generation of the index, with what is worth keeping in memory of them."""

from __future__ import annotations

import sqlite3
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge import lexical
from knowledge.embedding import Embedder
from knowledge.errors import IndexProblem
from knowledge.filters import Filters, Key, allowed
from knowledge.shelf import Shelf
from knowledge.spelling import Speller
from knowledge.vectors import Vectors


class Generation:
    """Raises IndexProblem when the files are damaged, or other vectors were used to build them."""

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
        self.allowed = lru_cache(maxsize=32)(self._allowed)
        """Documents that pass a filter; None where nothing is asked for."""

    def _allowed(self, filters: Filters) -> set[Key] | None:
        return allowed(self._labels, filters) if filters else None

    @cached_property
    def _labels(self):
        return self.shelf.labels()

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.shelf.card_words(), self._holds)

    def _holds(self, word: str) -> bool:
        terms = lexical.words(word)
        return bool(terms) and all(self.shelf.frequency(term) for term in terms)

    def close(self) -> None:
        self.vectors.close()
        self.shelf.close()
