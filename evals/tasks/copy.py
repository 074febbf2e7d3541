"""Messages to customers, through the checker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.copy import PARTS, Case, judged, load
from evals.scorers.checked import checked
from evals.tasks.wanted import Wanted, sample


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    cases = [case for part in wanted.only or PARTS for case in load(part)]
    samples = [
        sample(each.text, "nothing" if each.clean else each.rule, f"{each.part} {each.language}",
               each.model_dump(mode="json"))
        for each in cases
    ]  # fmt: skip
    yield Task(name="copy", dataset=wanted.drawn(samples), solver=read(), scorer=checked())


@solver
def read() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        outcome = judged(Case.model_validate(state.metadata["case"]))
        state.store.set("outcome", outcome.model_dump(mode="json"))
        state.output.completion = ", ".join(issue.rule for issue in outcome.issues) or "nothing"
        return state

    return solve
