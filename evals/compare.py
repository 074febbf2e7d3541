"""What changed between two runs, on the questions that both asked."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evals.retrieval import METHODS, Outcome, RetrievalReport, recall, reciprocal_rank
from evals.statistics import Estimate, estimate

MEASURES = {
    "recall_1": lambda outcome, method: recall(outcome, method, 1),
    "recall_5": lambda outcome, method: recall(outcome, method, 5),
    "mrr_10": reciprocal_rank,
}


class Change(BaseModel):
    model_config = ConfigDict(frozen=True)

    method: str
    measure: str
    n: int
    difference: Estimate
    """New minus old, resampled by question (paired bootstrap): an interval without 0 is a change."""


def compared(earlier: RetrievalReport, now: RetrievalReport) -> list[Change]:
    """Return the change of every measure on the answerable questions that both runs asked."""
    before = {_key(item): item for item in earlier.outcomes}
    pairs = [(before[_key(item)], item) for item in now.outcomes if item.expect and _key(item) in before]
    if not pairs:
        return []
    return [
        Change(method=method, measure=name, n=len(pairs),
               difference=estimate([measure(new, method) - measure(old, method) for old, new in pairs]))
        for method in METHODS for name, measure in MEASURES.items()
    ]


def _key(outcome: Outcome) -> tuple[str, str]:
    return outcome.question, outcome.kind
