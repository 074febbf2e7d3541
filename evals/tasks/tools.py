"""The everyday questions that tools answer: the right ones, with the right arguments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task

from evals.planner_cases import HELD_BACK
from evals.scorers.called import called
from evals.tasks.asking import asked, copilot_beside
from evals.tasks.planner import as_sample, cases
from evals.tasks.wanted import Wanted


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    asking = [case for case in cases(wanted) if case.tools and case.expect not in HELD_BACK]
    async with copilot_beside(wanted) as copilot:
        samples = [as_sample(case) for case in wanted.drawn(asking)]
        yield Task(name="tools", dataset=samples, solver=asked(copilot), scorer=called())
