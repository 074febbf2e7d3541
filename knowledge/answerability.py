"""Tells a question that the knowledge base can answer from one that only sounds like it.

No single score can: "what does a CDP cost" lies as near to the CDP card as "what is a CDP".
So nearness in meaning, coverage in words, what the index knows of the words at all and how near
the question is to others that have no answer (`knowledge.unanswered`) are weighed by a logistic
model. Those others are unanswered by our cards; of a team's own documents they say nothing. Its
coefficients are in `answerability.yaml`; `wellspring eval calibrate` fits them on questions that
nothing is measured on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.fusion import Ranking
from knowledge.generation import Generation

FILE = Path(str(resources.files("knowledge"))) / "answerability.yaml"
UNTOLD = 0.5
RELATED = 0.6
"""What a word counts of which the best document holds only a related one."""
ROWS = 60
"""Passages of the best document whose words are looked at."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)

    threshold: float
    intercept: float
    weights: dict[str, float]
    """Signal -> weight."""


Judge = Literal["cards", "documents", "foreign", "words"]
"""Vectors and words together, where the best found is a card in the question's language, a document in it, or
anything in the other language; words alone."""


@dataclass(frozen=True)
class Signals:
    """Each 0 to 1."""

    near: float
    """Cosine of the nearest document's passage and everyday questions."""
    covered: float
    """Share of the question's content words that the best document holds, weighted by rarity; related ones in part.

    UNTOLD where the document is not written in the question's language and none of its words is related.
    """
    known: float
    """Share of the question's content words that any document holds, weighted by rarity.

    1 where the best document is not written in the question's language: an unknown word then says nothing.
    """
    elsewhere: float
    """Mean cosine of the nearest questions that no card answers."""


def model(judge: Judge) -> Model:
    return _models()[judge]


@cache
def _models() -> dict[str, Model]:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Model(**values) for name, values in raw["models"].items()}


def signals(
    generation: Generation, ranking: Ranking, related: dict[str, list[str]], *, language: str, elsewhere: float,
) -> Signals:
    """Measure a question in `language` that is `elsewhere` near to questions without an answer.

    `related` are the words near each of its content words.
    """
    best = next(iter(ranking.documents), None)
    if best is None:
        return Signals(near=0.0, covered=0.0, known=0.0, elsewhere=elsewhere)
    frequency = {term: generation.postings.frequency(term) for term in related}
    rarity = {term: _rarity(frequency[term], generation.passages) for term in related}
    total = sum(rarity.values())
    held = _held(generation, best, related)
    foreign = language not in generation.shelf.languages(best)
    told = any(held.values()) or not foreign
    covered = sum(rarity[term] * share for term, share in held.items()) / total if total else 0.0
    known = sum(weight for term, weight in rarity.items() if frequency[term]) / total if total else 0.0
    known = 1.0 if foreign else known
    near = max(ranking.dense.values())
    return Signals(near=near, covered=covered if told else UNTOLD, known=known, elsewhere=elsewhere)


def confidence(found: Signals, model: Model) -> float:
    """Return the calibrated probability that the knowledge base answers the question."""
    z = model.intercept + sum(weight * getattr(found, name) for name, weight in model.weights.items())
    return 1 / (1 + math.exp(-z))


def _held(generation: Generation, document: str, related: dict[str, list[str]]) -> dict[str, float]:
    """Return how much of each term a document holds: 1, RELATED or 0."""
    rows, holds = generation.shelf.rows_of(document)[:ROWS], generation.postings.occurs
    return {
        term: 1.0 if holds([term], rows) else RELATED if holds(near, rows) else 0.0 for term, near in related.items()
    }


def _rarity(frequency: int, passages: int) -> float:
    """Inverse document frequency as in BM25."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
