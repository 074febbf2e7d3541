"""Labelled answers before the judge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.calibrating import Said
from evals.judge import Judge, Labelled, labelled
from evals.scorers.agreed import agreed
from evals.tasks.wanted import Wanted, sample


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    """Raises ModelFault in a run whose model does not answer."""
    judge = Judge(wanted.settings, lambda words: [])
    samples = [sample(each.question, each.why, each.language, each.model_dump(), id=each.id) for each in labelled()]
    yield Task(name="judge", dataset=wanted.drawn(samples), solver=judged(judge), scorer=agreed())


@solver
def judged(judge: Judge) -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case = Labelled.model_validate(state.metadata["case"])
        verdict = await judge.verdict(case.question, case.evidence, case.answer)
        said = Said(id=case.id, people=case.supported, judge=verdict.supported if verdict else None,
                    why=verdict.why if verdict else "no verdict")  # fmt: skip
        state.store.set("said", said.model_dump())
        state.output.completion = said.why
        return state

    return solve
