"""How well the knowledge index finds the right card, and knows when there is none.

Each list (dense, lexical, hybrid) is scored on the same questions, so that the parts earn
their place. Dense and lexical are ranked by card; hybrid is what a search returns, ten
passages with at most two a card, so its cards are fewer than ten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evals.questions import BLIND, Question
from evals.statistics import Estimate, area, estimate
from knowledge import answerability
from knowledge.fusion import ordered
from knowledge.search import KnowledgeIndex

DEPTH = 10
METHODS = ("dense", "lexical", "hybrid")
Method = Literal["dense", "lexical", "hybrid"]
SLICES: dict[str, Callable[[Outcome], bool]] = {
    "all": lambda item: True,
    "zh": lambda item: item.language == "zh",
    "en": lambda item: item.language == "en",
    "plain": lambda item: item.kind == "plain",
    "paraphrase": lambda item: item.kind == "paraphrase",
    "typo": lambda item: item.kind == "typo",
    "mixed": lambda item: item.kind in {"mixed", "traditional"},
    "cross": lambda item: item.kind == "cross",
    "blind": lambda item: item.set == BLIND,
}


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Outcome(_Result):
    """What became of one question."""

    question: str
    set: str
    language: str
    kind: str
    expect: list[str]
    ranks: dict[str, int | None]
    """Method -> place of the first right card among ten, None for none."""
    scores: dict[str, float]
    """Method -> how sure it is that there is an answer."""
    answerable: bool
    """The verdict of the search."""
    got: list[str]
    """Cards that the search returned, best first."""


class Row(_Result):
    method: Method
    slice: str
    n: int
    recall_1: Estimate
    recall_5: Estimate
    mrr_10: Estimate


class Verdicts(_Result):
    """Telling questions that have an answer from those that have none."""

    slice: str
    answerable: int
    unanswerable: int
    auroc: dict[str, Estimate]
    """By method, each by its own best score."""
    auroc_near: Estimate | None
    """Hybrid, against unanswerable questions on our subject only."""
    precision: Estimate | None
    """Share of the questions judged answerable that are."""
    recall: Estimate | None
    """Share of the answerable questions judged so."""
    refused: Estimate | None
    """Share of the unanswerable questions refused."""


class RetrievalReport(_Result):
    kind: Literal["retrieval_evaluation"] = "retrieval_evaluation"
    sets: list[str]
    embedder: str
    threshold: float
    rows: list[Row]
    verdicts: list[Verdicts]
    outcomes: list[Outcome]

    def misses(self) -> list[Outcome]:
        """Answerable ones not among the first five, and wrong verdicts."""
        return [item for item in self.outcomes if _missed(item) or item.answerable != bool(item.expect)]


def scores(outcomes: list[Outcome], embedder: str) -> RetrievalReport:
    """Score the three lists by slice."""
    slices = {name: [item for item in outcomes if belongs(item)] for name, belongs in SLICES.items()}
    return RetrievalReport(
        sets=list(dict.fromkeys(item.set for item in outcomes)), embedder=embedder,
        threshold=answerability.model("cards").threshold,
        rows=[row for method in METHODS for name, items in slices.items() if (row := _row(method, name, items))],
        verdicts=[found for name, items in slices.items() if (found := _verdicts(name, items))],
        outcomes=outcomes,
    )


def ask(index: KnowledgeIndex, question: Question) -> Outcome:
    """Ask one question of all three lists."""
    ranking = index.ranking(question.q, written_in=question.written_in)
    lists = {"dense": ordered(ranking.dense), "lexical": ordered(ranking.lexical)}
    result = index.search(question.q, k=DEPTH, written_in=question.written_in)
    got = list(dict.fromkeys(hit.document for hit in result.results))
    ranks = {name: question.rank(list(cards)[:DEPTH]) for name, cards in lists.items()}
    scores = {name: max(cards.values(), default=0.0) for name, cards in lists.items()}
    return Outcome(
        question=question.q, set=question.set, language=question.language, kind=question.kind, expect=question.expect,
        ranks=ranks | {"hybrid": question.rank(got)}, scores=scores | {"hybrid": result.confidence},
        answerable=result.answerable, got=got,
    )


def recall(outcome: Outcome, method: str, depth: int) -> float:
    rank = outcome.ranks[method]
    return float(rank is not None and rank <= depth)


def reciprocal_rank(outcome: Outcome, method: str) -> float:
    rank = outcome.ranks[method]
    return 1 / rank if rank else 0.0


def _row(method: Method, name: str, items: list[Outcome]) -> Row | None:
    items = [item for item in items if item.expect]
    if not items:
        return None
    return Row(
        method=method, slice=name, n=len(items),
        recall_1=estimate([recall(item, method, 1) for item in items]),
        recall_5=estimate([recall(item, method, 5) for item in items]),
        mrr_10=estimate([reciprocal_rank(item, method) for item in items]),
    )


def _verdicts(name: str, items: list[Outcome]) -> Verdicts | None:
    yes, no = [item for item in items if item.expect], [item for item in items if not item.expect]
    if not yes or not no:
        return None
    near = [item.scores["hybrid"] for item in no if item.kind == "near"]
    return Verdicts(
        slice=name, answerable=len(yes), unanswerable=len(no),
        auroc={method: area([item.scores[method] for item in yes], [item.scores[method] for item in no])
               for method in METHODS},
        auroc_near=area([item.scores["hybrid"] for item in yes], near),
        precision=estimate([float(bool(item.expect)) for item in items if item.answerable]),
        recall=estimate([float(item.answerable) for item in yes]),
        refused=estimate([float(not item.answerable) for item in no]),
    )


def _missed(outcome: Outcome) -> bool:
    return bool(outcome.expect) and not recall(outcome, "hybrid", 5)
