"""Tells a question that the knowledge base can answer from one that only sounds like it.

No single score can: "what does a CDP cost" lies as near to the CDP card as "what is a CDP".
So nearness in meaning and coverage in words are weighed by a logistic model. Its coefficients
were fitted on `evals/cases/retrieval.yaml`; `python -m evals.calibration` prints them afresh.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

from knowledge.fusion import Evidence
from knowledge.shelf import Shelf

THRESHOLD = 0.45
INTERCEPT = -8.04
WEIGHTS = (12.52, 6.99)
UNTOLD = 0.5
ROWS = 60
"""Passages of the best document whose words are looked at."""


@dataclass(frozen=True)
class Signals:
    """Each 0 to 1."""

    near: float
    """Mean cosine of the nearest document's passage and of its everyday question."""
    covered: float
    """Share of the question's content words that the best document holds, weighted by rarity.

    UNTOLD where the document is not written in the question's language: its words tell nothing.
    """


def signals(shelf: Shelf, evidence: Evidence, *, language: str, passages: int) -> Signals:
    """Measure a question in `language`; `passages` is the size of the index."""
    best = next(iter(evidence.documents()), None)
    if best is None:
        return Signals(near=0.0, covered=0.0)
    told = language in shelf.languages(best)
    return Signals(
        near=max(evidence.dense().values()),
        covered=_covered(shelf, best, evidence.terms, passages) if told else UNTOLD,
    )


def confidence(found: Signals) -> float:
    """Return the calibrated probability that the knowledge base answers the question."""
    z = INTERCEPT + sum(weight * value for weight, value in zip(WEIGHTS, astuple(found), strict=True))
    return 1 / (1 + math.exp(-z))


def _covered(shelf: Shelf, document: str, terms: list[str], passages: int) -> float:
    rows = shelf.rows_of(document)[:ROWS]
    rarity = {term: _rarity(shelf.frequency(term), passages) for term in terms}
    held = sum(weight for term, weight in rarity.items() if shelf.occurs(term, rows))
    return held / sum(rarity.values()) if rarity else 0.0


def _rarity(frequency: int, passages: int) -> float:
    """Inverse document frequency as in BM25."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
