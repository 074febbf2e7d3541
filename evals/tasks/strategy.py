"""Strategy questions, answered from the cards over a workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task

from evals.scorers.cited import cited
from evals.strategy import load
from evals.tasks.asking import asked, copilot_beside
from evals.tasks.wanted import Wanted, sample


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    async with copilot_beside(wanted) as copilot:
        samples = [
            sample(each.q, ", ".join(each.expect), f"{each.set} {each.language}", each.model_dump()) for each in load()
        ]
        yield Task(name="strategy", dataset=wanted.drawn(samples), solver=asked(copilot), scorer=cited())
