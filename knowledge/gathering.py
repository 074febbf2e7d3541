"""Asks each list about one question, within the documents that a filter allows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from knowledge.filters import Key
from knowledge.fusion import Evidence
from knowledge.shelf import Shelf
from knowledge.vectors import Vectors

CANDIDATES = 200
"""Texts taken from each list before fusion."""


def add_near(
    evidence: Evidence, shelf: Shelf, vectors: Vectors, vector: np.ndarray, allowed: set[Key] | None = None
) -> None:
    """Add what is near a question, given as a unit vector; `allowed` are the documents to look at, None for all.

    Raises ServiceDown when the vectors cannot be reached.
    """
    among = None if allowed is None else shelf.vectors_of(allowed)
    cosines = vectors.nearest(vector, CANDIDATES, among)
    evidence.floor = max(0.0, min(cosines.values(), default=0.0))
    for entry in shelf.entries(list(cosines)):
        if allowed is not None and (entry.document, entry.language) not in allowed:
            continue  # an equal text elsewhere
        cosine = cosines[entry.vector]
        if entry.passage is None:
            evidence.asked[entry.document] = max(cosine, evidence.asked.get(entry.document, 0.0))
        else:
            evidence.own[entry.passage] = max(cosine, evidence.own.get(entry.passage, 0.0))
            evidence.document[entry.passage] = entry.document
    for document in evidence.asked.keys() - set(evidence.document.values()):
        evidence.document[shelf.first_passage(document)] = document


def add_worded(evidence: Evidence, shelf: Shelf, allowed: set[Key] | None = None, related: list[str] = ()) -> None:
    """Add the passages that hold the evidence's terms, and those that hold `related` words."""
    for scores, terms in ((evidence.words, evidence.terms), (evidence.related, related)):
        for passage, document, score in islice(_matches(shelf, terms, allowed), CANDIDATES):
            scores[passage] = max(score, scores.get(passage, 0.0))
            evidence.document[passage] = document


def _matches(shelf: Shelf, terms: list[str], allowed: set[Key] | None) -> Iterator[tuple[str, str, float]]:
    """Yield (passage, document, BM25), best first."""
    matches = shelf.matches(terms)
    while batch := list(islice(matches, CANDIDATES)):
        places = shelf.rows([row for row, _ in batch])
        for row, score in batch:
            passage, document, language = places[row]
            if allowed is None or (document, language) in allowed:
                yield passage, document, score
