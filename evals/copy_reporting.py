"""The message checker's report as Markdown."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.planner.prose import aligned
from evals.copy import BLIND, CopyReport, Outcome, Row
from evals.statistics import Estimate


def markdown(report: CopyReport, language: str) -> str:
    misses = [item for item in report.misses() if item.case.part != BLIND]  # who mends rules must not read those
    return "\n\n".join([
        text("eval.copy.head", language, version=report.rules_version, n=len(report.outcomes)),
        _table([row for row in report.rows if row.rule == "all"], "part", language),
        text("eval.copy.by_rule", language),
        _table([row for row in report.rows if row.rule != "all"], "rule", language),
        text("eval.copy.misses", language, n=len(misses)),
        "\n".join(_miss(item) for item in misses),
    ]).rstrip()  # fmt: skip


def _table(rows: list[Row], first: str, language: str) -> str:
    names = (first, "language", "violations", "recall", "clean", "false_alarms")
    cells = [
        [text(f"eval.copy.part.{row.part}", language) if first == "part" else row.rule, row.language,
         str(row.violations), _shown(row.recall), str(row.clean), _shown(row.false_alarms)]
        for row in rows
    ]  # fmt: skip
    return aligned([text(f"eval.column.{name}", language) for name in names], cells)


def _miss(item: Outcome) -> str:
    case, raised = item.case, ", ".join(f"{issue.rule} {issue.words[:30]}".strip() for issue in item.issues) or "-"
    words = " ".join(f"{case.title} {case.text}".split())[:100]
    return f"- {case.part}/{case.language}/{case.rule} {'clean' if case.clean else 'violation'}: {words} → {raised}"


def _shown(found: Estimate | None) -> str:
    return f"{found.value:.3f} [{found.low:.2f}, {found.high:.2f}]" if found else "-"
