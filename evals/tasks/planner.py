"""Everyday questions, answered over a workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task
from inspect_ai.dataset import Sample

from evals.planner_cases import Case, load
from evals.scorers.answered import answered
from evals.tasks.asking import asked, copilot_beside, data_of
from evals.tasks.wanted import Wanted, sample


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    async with copilot_beside(wanted) as copilot:
        with data_of(copilot) as connection:
            samples = [as_sample(case) for case in wanted.drawn(cases(wanted))]
            yield Task(name="planner", dataset=samples, solver=asked(copilot), scorer=answered(connection))


def cases(wanted: Wanted) -> list[Case]:
    """The open questions of a set, or those kept apart; a set that is kept apart whole has only those."""
    (name,) = wanted.only or ("1",)
    return load(name, held=wanted.held) or load(name, held=True)


def as_sample(case: Case) -> Sample:
    expected = ", ".join([case.expect, *case.tools])
    return sample(case.question, expected, case.language, case.model_dump(mode="json"), id=case.id)
