"""The everyday questions that have a true answer in the data or the cards: what the text tells.

A configured language model judges too whether the text is supported by the evidence beside it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task

from evals.judge import Judge
from evals.scorers.supported import supported
from evals.scorers.told import told
from evals.tasks.asking import asked, copilot_beside, data_of
from evals.tasks.planner import as_sample, cases
from evals.tasks.wanted import Wanted


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    telling = [case for case in cases(wanted) if case.readings or case.expect == "knowledge"]
    async with copilot_beside(wanted) as copilot:
        with data_of(copilot) as connection:
            settings = wanted.settings
            judge = Judge(settings, copilot.workspace.people_in) if settings.language_model else None
            scorers = [told(connection), *([supported(judge)] if judge else [])]
            samples = [as_sample(case) for case in wanted.drawn(telling)]
            yield Task(
                name="answers", dataset=samples, solver=asked(copilot), scorer=scorers,
                metadata={"judge": judge.name if judge else ""},
            )  # fmt: skip
