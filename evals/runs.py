"""What a run of an evaluation found, by case and epoch, and its rates with intervals.

A measure is something that holds or not of one case in one epoch. Of k epochs, pass@1 is the mean share of passes and
pass^k the chance that all of k tries pass (Yao et al. 2024, tau-bench), estimated without bias as C(c, k) / C(n, k).
"""

from __future__ import annotations

from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from evals.statistics import Estimate, estimate, proportion

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog

PASSED = "passed"
"""The measure that says whether a case went well as a whole; every suite has it."""


class NotEnded(Exception):
    """A case could not be run, so that there is no result; its words are those of the error."""


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Try(_Result):
    """One case in one epoch."""

    id: str
    epoch: int
    group: str
    question: str
    said: str
    """What came of it, in short."""
    why: str = ""
    """What was wrong with it."""
    measures: dict[str, bool]
    """Measure -> whether it holds; one that does not apply is left out."""
    outcome: dict[str, Any] = {}
    """The suite's own typed outcome."""

    @property
    def passed(self) -> bool:
        return self.measures[PASSED]


class Rate(_Result):
    measure: str
    group: str
    cases: int
    """That the measure applies to."""
    value: Estimate
    """Wilson's interval for one epoch; for several, bootstrapped by case, as the epochs of a case are no new cases."""
    all_pass: list[Estimate]
    """pass^1, pass^2, ... up to the number of epochs; empty for one epoch."""


class Run(_Result):
    kind: Literal["evaluation_run"] = "evaluation_run"
    suite: str
    model: str
    workspace: str
    began_at: str
    """ISO 8601."""
    seconds: float
    epochs: int
    tries: list[Try]
    judged_by: str = ""
    """Model that judged, where one did."""

    def first(self) -> list[dict[str, Any]]:
        """The suite's own outcomes of the first epoch, in order."""
        return [each.outcome for each in self.tries if each.epoch == 1]

    def rates(self) -> list[Rate]:
        """Every measure, over all cases and by group."""
        groups = list(dict.fromkeys(each.group for each in self.tries))
        names = list(dict.fromkeys(name for each in self.tries for name in each.measures))
        slices = ["all", *groups] if len(groups) > 1 else ["all"]
        found = (self.rate(name, group) for name in sorted(names, key=lambda name: name != PASSED) for group in slices)
        return [rate for rate in found if rate]

    def rate(self, measure: str, group: str = "all") -> Rate | None:
        """One measure; None where it applies to no case of the group."""
        by_case = self.by_case(measure, group)
        if not by_case:
            return None
        once = self.epochs == 1
        value = proportion([hits[0] for hits in by_case.values()]) if once else _mean(by_case, 1)
        powers = [] if once else [_mean(by_case, k) for k in range(1, self.epochs + 1)]
        return Rate(measure=measure, group=group, cases=len(by_case), value=value, all_pass=powers)

    def by_case(self, measure: str = PASSED, group: str = "all") -> dict[str, list[bool]]:
        """Case -> whether the measure held, epoch by epoch."""
        found: dict[str, list[bool]] = {}
        for each in self.tries:
            if measure in each.measures and group in ("all", each.group):
                found.setdefault(each.id, []).append(each.measures[measure])
        return found


def pass_power(hits: list[bool], k: int) -> float:
    """Chance that k tries drawn from `hits` without replacement all pass."""
    return comb(sum(hits), k) / comb(len(hits), k)


def read_log(log: EvalLog, *, suite: str, model: str, workspace: str) -> Run:
    """Return the run that an Inspect log holds. Raises NotEnded for one in which a case raised."""
    if log.status != "success":
        raise NotEnded(log.error.message if log.error else log.status)
    scored = sorted(log.samples or [], key=lambda sample: sample.epoch)
    return Run(
        suite=suite, model=model, workspace=workspace, began_at=log.stats.started_at,
        epochs=log.eval.config.epochs or 1, seconds=round(sum(sample.total_time or 0.0 for sample in scored), 1),
        tries=[_try(sample) for sample in scored],
        judged_by=(log.eval.metadata or {}).get("judge", ""),
    )  # fmt: skip


def read(path: Path) -> Run:
    """Raises OSError or ValueError for a file that holds no run."""
    return Run.model_validate_json(path.read_text(encoding="utf-8"))


def _mean(by_case: dict[str, list[bool]], k: int) -> Estimate:
    """Cases that all pass or fail alike are counted: no resampling of them tells how far they may be off."""
    powers = [pass_power(hits, k) for hits in by_case.values() if len(hits) >= k]
    alike = set(powers) <= {0.0, 1.0}
    return proportion([power == 1.0 for power in powers]) if alike else estimate(powers)


def _try(sample: Any) -> Try:
    """What all scorers of a sample found, together."""
    scores = list((sample.scores or {}).values())
    measures = {name: bool(value) for score in scores for name, value in score.value.items() if value is not None}
    measures[PASSED] = all(score.value[PASSED] for score in scores)
    return Try(
        id=str(sample.id), epoch=sample.epoch, group=sample.metadata.get("group", ""), question=str(sample.input),
        said=sample.output.completion, why="; ".join(score.explanation for score in scores if score.explanation),
        measures=measures, outcome=next((score.metadata for score in scores if score.metadata), {}),
    )  # fmt: skip
