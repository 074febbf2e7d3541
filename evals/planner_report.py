"""The planner report as Markdown."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.planner.prose import aligned
from evals.planner import Judged, PlannerReport
from evals.statistics import Estimate


def markdown(report: PlannerReport, language: str, *, failures: bool) -> str:
    names = ("slice", "n", "handled", "figure", "held_back", "wrong_figures")
    head = [text(f"eval.column.{name}", language) for name in names]
    rows = [
        [row.slice, str(row.n), *map(_shown, (row.handled, row.figure, row.held_back)), str(row.wrong_figures)]
        for row in report.rows
    ]
    spent = report.latency
    latency = text(
        "eval.planner.latency", language,
        **{name: f"{getattr(spent, name) * 1000:.0f}" for name in ("p50", "p95", "cpu_p50", "cpu_p95")},
    )  # fmt: skip
    failed = report.failures()
    listed = ["\n\n".join(_failure(each) for each in failed)] if failures else []
    return "\n\n".join([aligned(head, rows), latency, text("eval.planner.failed", language, n=len(failed)), *listed])


def _failure(each: Judged) -> str:
    mark = " !!" if each.wrong_figure else ""
    return "\n".join([
        f"- {each.case.id} {each.case.expect}{mark}: {' / '.join(each.case.turns)}",
        f"  lacks: {'; '.join(each.lacks) or '-'}",
        f"  called: {'; '.join(each.called) or '-'}",
        *(f"  > {line[:200]}" for line in each.lines),
    ])  # fmt: skip


def _shown(found: Estimate | None) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "-"
