"""What got better and what broke between two runs of a suite, case by case."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest

from evals.runs import PASSED, Run, Try
from evals.statistics import Estimate, estimate


class Moved(BaseModel):
    """A case that passes more or less often than before."""

    model_config = ConfigDict(frozen=True)

    id: str
    group: str
    question: str
    before: float
    """Share of epochs that passed."""
    now: float
    said_before: str
    said_now: str
    why: str
    """What was wrong with it, in the run where it failed."""


class Difference(BaseModel):
    model_config = ConfigDict(frozen=True)

    measure: str
    cases: int
    change: Estimate
    """New minus old by case (paired bootstrap): an interval without 0 is a change."""
    better: int
    worse: int
    p: float
    """Of the exact McNemar test (sign test on the cases that moved): the chance of so lopsided a split by luck."""


class Diff(BaseModel):
    model_config = ConfigDict(frozen=True)

    suite: str
    before: str
    """Model and moment of the earlier run."""
    now: str
    differences: list[Difference]
    better: list[Moved]
    broken: list[Moved]
    only_before: list[str]
    """Cases that the later run did not ask; a case whose text or expectation changed counts as another one."""
    only_now: list[str]


def diff(before: Run, now: Run) -> Diff:
    """Compare on the cases that both ran. Raises ValueError for runs of different suites."""
    if before.suite != now.suite:
        raise ValueError(f"{before.suite} and {now.suite}")
    old, new = before.by_case(), now.by_case()
    common = [id for id in new if id in old]
    moved = [found for id in common if (found := _moved(id, _tries(before, id), _tries(now, id)))]
    measures = dict.fromkeys(name for each in now.tries for name in each.measures)
    return Diff(
        suite=now.suite, before=f"{before.model} {before.began_at}", now=f"{now.model} {now.began_at}",
        differences=[found for name in sorted(measures, key=lambda name: name != PASSED)
                     if (found := _difference(name, before, now))],
        better=[each for each in moved if each.now > each.before],
        broken=[each for each in moved if each.now < each.before],
        only_before=[id for id in old if id not in new], only_now=[id for id in new if id not in old],
    )  # fmt: skip


def _difference(measure: str, before: Run, now: Run) -> Difference | None:
    old, new = before.by_case(measure), now.by_case(measure)
    steps = [_share(new[id]) - _share(old[id]) for id in new if id in old]
    if not steps:
        return None
    better, worse = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return Difference(measure=measure, cases=len(steps), change=estimate(steps), better=better, worse=worse, p=p)


def _moved(id: str, old: list[Try], new: list[Try]) -> Moved | None:
    before, now = (_share([each.passed for each in tries]) for tries in (old, new))
    if before == now:
        return None
    failed = next(each for each in (new if now < before else old) if not each.passed)
    return Moved(
        id=id, group=new[0].group, question=new[0].question, before=before, now=now, said_before=_shown(old),
        said_now=_shown(new), why=failed.why,
    )  # fmt: skip


def _tries(run: Run, id: str) -> list[Try]:
    return [each for each in run.tries if each.id == id]


def _shown(tries: Sequence[Try]) -> str:
    """What came of it in an epoch that failed, else in the first one."""
    return next((each.said for each in tries if not each.passed), tries[0].said)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)
