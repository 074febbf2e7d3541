"""Runs, differences, bars and calibrations in words."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.catalogue import text
from copilot.planner.prose import aligned
from evals.bars import Held
from evals.calibrating import TRUSTED, Calibration
from evals.diffing import Diff, Moved
from evals.runs import Run
from evals.statistics import Estimate

FIRST = 300
"""Characters of a text that a list shows."""


def run_text(name: str, run: Run, language: str, *, failures: bool = True) -> str:
    """Rates with intervals, and what failed."""
    head = [text(f"eval.run.{key}", language) for key in ("measure", "group", "cases", "share")]
    powers = [f"pass^{k}" for k in range(1, run.epochs + 1)] if run.epochs > 1 else []
    rows = [
        [rate.measure, rate.group, str(rate.cases), _shown(rate.value), *map(_shown, rate.all_pass)]
        for rate in run.rates()
    ]
    failed = [each for each in run.tries if not each.passed]
    listed = [f"- {each.id} ({each.epoch}) {_short(each.question)} → {_short(each.why)}" for each in failed]
    return "\n\n".join([
        text("eval.run.head", language, suite=run.suite, model=run.model, workspace=run.workspace, epochs=run.epochs,
             n=len(run.by_case()), seconds=f"{run.seconds:.0f}"),
        aligned([*head, *powers], rows),
        *(["\n".join([text("eval.run.failed", language, n=len(failed)), *listed])] if failures and failed else []),
        text("eval.run.kept", language, name=name),
    ])  # fmt: skip


def diff_text(found: Diff, language: str) -> str:
    head = [text(f"eval.run.{key}", language) for key in ("measure", "cases", "change", "better", "worse", "p")]
    rows = [
        [each.measure, str(each.cases), _shown(each.change), str(each.better), str(each.worse), f"{each.p:.3f}"]
        for each in found.differences
    ]
    title = text("eval.diff.head", language, suite=found.suite, before=found.before, now=found.now)
    parts = [title, aligned(head, rows)]
    for key, moved in (("broken", found.broken), ("better", found.better)):
        parts.append("\n".join([text(f"eval.diff.{key}", language, n=len(moved)), *map(_moved, moved)]))
    if found.only_before or found.only_now:
        parts.append(text("eval.diff.apart", language, before=len(found.only_before), now=len(found.only_now)))
    return "\n\n".join(parts)


def bars_text(bars: Iterable[Held], language: str) -> str:
    head = ["", *(text(f"eval.run.{key}", language) for key in ("suite", "measure", "share", "bar"))]
    return aligned(head, [
        ["ok" if each.holds else "!!", each.suite, each.measure, "-" if each.value is None else f"{each.value:.3f}",
         f"{each.bar:.3f}"]
        for each in bars
    ])  # fmt: skip


def calibration_text(found: Calibration, model: str, language: str) -> str:
    told = text(
        "eval.judge.head", language, model=model, n=found.examples, judged=found.judged,
        agreement=_shown(found.agreement), kappa=_shown(found.kappa), support=_shown(found.support_seen),
        lack=_shown(found.lack_seen),
    )  # fmt: skip
    verdict = "trusted" if found.trusted else "untrusted"
    return f"{told}\n\n{text(f'eval.judge.{verdict}', language, bar=TRUSTED)}"


def _moved(each: Moved) -> str:
    return f"- {each.id} {each.before:.0%} → {each.now:.0%} {_short(each.question)}: {_short(each.why)}"


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= FIRST else f"{words[:FIRST]} …"


def _shown(found: Estimate | None) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "-"
