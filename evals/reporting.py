"""The retrieval report as Markdown."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.planner.prose import aligned
from evals.compare import Change
from evals.questions import BLIND
from evals.retrieval import METHODS, Outcome, RetrievalReport
from evals.statistics import Estimate


def markdown(report: RetrievalReport, change: list[Change] | None, language: str) -> str:
    misses = [item for item in report.misses() if item.set != BLIND]  # who mends the search must not read those
    parts = [
        text("eval.retrieval.head", language, sets=", ".join(report.sets), n=len(report.outcomes),
             embedder=report.embedder),
        _ranking(report, language),
        text("eval.retrieval.verdict", language, threshold=f"{report.threshold:.2f}"),
        _verdicts(report, language),
        *([text("eval.retrieval.change", language), _changes(change, language)] if change else []),
        text("eval.retrieval.misses", language, n=len(misses)),
        "\n".join(f"- {_miss(item)}" for item in misses),
    ]
    return "\n\n".join(part for part in parts if part)


def _ranking(report: RetrievalReport, language: str) -> str:
    header = [text(f"eval.column.{name}", language) for name in ("method", "slice", "n", "recall_1", "recall_5", "mrr")]
    rows = [[row.method, row.slice, str(row.n), *map(_shown, (row.recall_1, row.recall_5, row.mrr_10))]
            for row in report.rows]
    return aligned(header, rows)


def _verdicts(report: RetrievalReport, language: str) -> str:
    names = ("slice", "answerable", "unanswerable", *METHODS, "near", "precision", "recall", "refused")
    rows = [
        [found.slice, str(found.answerable), str(found.unanswerable), *(_shown(found.auroc[name]) for name in METHODS),
         *map(_shown, (found.auroc_near, found.precision, found.recall, found.refused))]
        for found in report.verdicts
    ]
    return aligned([text(f"eval.column.{name}", language) for name in names], rows)


def _changes(change: list[Change], language: str) -> str:
    header = [text(f"eval.column.{name}", language) for name in ("method", "measure", "n", "difference")]
    return aligned(header, [[row.method, row.measure, str(row.n), _shown(row.difference)] for row in change])


def _miss(item: Outcome) -> str:
    return f"{item.set}/{item.kind} ({item.scores['hybrid']:.2f}) {item.question} → {', '.join(item.got[:5]) or '-'}"


def _shown(found: Estimate | None) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]" if found else "-"
