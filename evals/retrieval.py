"""How well the knowledge index finds the right card, and knows when there is none.

Each list (dense, lexical, hybrid) is scored on the same questions, so that the parts earn
their place. Dense and lexical are ranked by card; hybrid is what a search returns, ten
passages with at most two a card, so its cards are fewer than ten.
"""

from __future__ import annotations

from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.fusion import ordered
from knowledge.search import KnowledgeIndex

DEPTH = 10


class Case(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str
    language: str
    kind: str
    expect: list[str]
    """Ids of cards any of which answers it; empty when the knowledge base has no answer."""


class Row(BaseModel):
    model_config = ConfigDict(frozen=True)

    method: str
    group: str
    n: int
    recall_1: float
    recall_5: float
    mrr_10: float
    auroc: float | None
    """Area under the ROC curve of the method's own confidence; for all questions together only."""


class Miss(BaseModel):
    model_config = ConfigDict(frozen=True)

    question: str
    expect: list[str]
    got: list[str]
    confidence: float


class RetrievalReport(BaseModel):
    model_config = ConfigDict(frozen=True)

    rows: list[Row]
    kept: float
    """Share of answerable questions that the hybrid's verdict lets through."""
    refused: float
    """Share of unanswerable questions that it refuses."""
    misses: list[Miss]
    """Hybrid: not in the first five, or the verdict is wrong."""

    def table(self) -> str:
        head = f"{'method':8} {'group':12} {'n':>3} {'R@1':>5} {'R@5':>5} {'MRR':>5} {'AUROC':>6}"
        lines = [
            f"{r.method:8} {r.group:12} {r.n:3} {r.recall_1:5.2f} {r.recall_5:5.2f} {r.mrr_10:5.2f} "
            + (f"{r.auroc:6.2f}" if r.auroc is not None else "")
            for r in self.rows
        ]
        return "\n".join([head, *lines, f"answerable kept {self.kept:.2f}, unanswerable refused {self.refused:.2f}"])


def load_cases() -> list[Case]:
    text = resources.files("evals").joinpath("cases", "retrieval.yaml").read_text(encoding="utf-8")
    return [Case(**case) for case in yaml.safe_load(text)["questions"]]


def run(index: KnowledgeIndex, cases: list[Case] | None = None) -> RetrievalReport:
    """Ask every case and score the three lists."""
    cases = load_cases() if cases is None else cases
    asked = [(case, _rankings(index, case.q)) for case in cases]
    rows = []
    for method in ("dense", "lexical", "hybrid"):
        ranks = [(case, _rank(found[method][0], case.expect)) for case, found in asked if case.expect]
        groups = {"all": ranks} | {
            name: [(case, rank) for case, rank in ranks if name in (case.language, case.kind)]
            for name in dict.fromkeys(name for case, _ in ranks for name in (case.language, case.kind))
        }
        area = auroc([(found[method][1], bool(case.expect)) for case, found in asked])
        rows += [_row(method, name, [rank for _, rank in members], area if name == "all" else None)
                 for name, members in groups.items()]
    verdicts = [(case, index.search(case.q, k=DEPTH)) for case in cases]
    yes = [result.answerable for case, result in verdicts if case.expect]
    no = [not result.answerable for case, result in verdicts if not case.expect]
    return RetrievalReport(rows=rows, kept=_mean(yes), refused=_mean(no), misses=_misses(verdicts))


def _rankings(index: KnowledgeIndex, question: str) -> dict[str, tuple[list[str], float]]:
    """Return {method: (cards in order, confidence)}."""
    evidence = index.evidence(question)
    parts = {"dense": ordered(evidence.dense()), "lexical": ordered(evidence.lexical())}
    found = {name: (list(part)[:DEPTH], max(part.values(), default=0.0)) for name, part in parts.items()}
    result = index.search(question, k=DEPTH)
    return found | {"hybrid": (list(dict.fromkeys(hit.document for hit in result.results)), result.confidence)}


def _misses(verdicts) -> list[Miss]:
    return [
        Miss(question=case.q, expect=case.expect, got=[hit.document for hit in result.results[:5]],
             confidence=result.confidence)
        for case, result in verdicts
        if result.answerable != bool(case.expect)
        or (case.expect and not set(case.expect) & {hit.document for hit in result.results[:5]})
    ]


def _rank(cards: list[str], expect: list[str]) -> int | None:
    return next((rank for rank, card in enumerate(cards, start=1) if card in expect), None)


def _row(method: str, group: str, ranks: list[int | None], area: float | None) -> Row:
    return Row(
        method=method, group=group, n=len(ranks), recall_1=_mean([rank == 1 for rank in ranks]),
        recall_5=_mean([rank is not None and rank <= 5 for rank in ranks]),
        mrr_10=_mean([1 / rank if rank else 0.0 for rank in ranks]), auroc=area,
    )


def auroc(scored: list[tuple[float, bool]]) -> float:
    """Return the chance that an answerable question scores above an unanswerable one (ties count half)."""
    yes = [score for score, answerable in scored if answerable]
    no = [score for score, answerable in scored if not answerable]
    return _mean([float(a > b) + 0.5 * float(a == b) for a in yes for b in no])


def _mean(values: list) -> float:
    return sum(values) / len(values) if values else 0.0
