"""The grounding report as Markdown."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.planner.prose import aligned
from evals.grounding import GroundingReport, Judged
from evals.statistics import Estimate


def markdown(report: GroundingReport, language: str) -> str:
    head = [text(f"eval.column.{name}", language) for name in ("lie", "n", "recall")]
    rows = [[text(f"eval.grounding.lie.{each.lie}", language), str(each.statements), _shown(each.recall)]
            for each in report.lies]  # fmt: skip
    whole = text(
        "eval.grounding.head", language, true=report.true, false=report.false, precision=_shown(report.precision),
        recall=_shown(report.recall), false_alarms=_shown(report.false_alarms),
    )  # fmt: skip
    worst = "\n".join(_line(each, language) for each in report.worst)
    return "\n\n".join([whole, aligned(head, rows), text("eval.grounding.worst", language, n=len(report.worst)), worst])


def _line(judged: Judged, language: str) -> str:
    lie = judged.lie or text("eval.grounding.honest", language)
    return f"- {lie} ({judged.of}): {' / '.join(judged.words.splitlines())}"


def _shown(found: Estimate | None) -> str:
    return "-" if found is None else f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
