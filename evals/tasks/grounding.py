"""Sentences about typed results, each in all its true and false fillings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.grounding import Statement, judged, sentences
from evals.scorers.flagged import flagged
from evals.tasks.wanted import Wanted, sample


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    samples = [
        sample(pattern, "marked where false", language, {"statements": [each.model_dump() for each in filled]})
        for pattern, language, filled in sentences()
    ]
    yield Task(name="grounding", dataset=wanted.drawn(samples), solver=checked(), scorer=flagged())


@solver
def checked() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        found = [judged(Statement.model_validate(each)) for each in state.metadata["case"]["statements"]]
        state.store.set("outcome", {"statements": [each.model_dump() for each in found]})
        state.output.completion = f"{sum(each.flagged for each in found)} of {len(found)} marked"
        return state

    return solve
