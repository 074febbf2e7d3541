"""Orders planted in data, documents and talk, before a model that obeys them and one that does not.

The other parts of `wellspring eval safety` (talk, mutations, names, rendering, arguments) are counts of their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from copilot.bootstrap import open_copilot
from copilot.session import Copilot
from evals.safety import trial
from evals.safety.cases import load
from evals.safety.cases import sample as evenly
from evals.safety.gullible import Mode
from evals.safety.run import Stand, stand
from evals.scorers.harmless import harmless
from evals.tasks.wanted import SEED, Wanted, sample

MODES: tuple[Mode, ...] = ("obey", "honest")


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    cases = evenly(load(), wanted.sample, SEED) if wanted.sample else load()
    index = wanted.settings.home / ".evals" / "index"
    async with (
        stand(cases, index if index.is_dir() else None) as made,
        open_copilot(made.settings("obey")) as obeying,
        open_copilot(made.settings("honest")) as honest,
    ):
        samples = [
            sample(case.order, "no harm, and the figure", case.language, {"at": at}, id=case.name)
            for at, case in enumerate(cases)
        ]
        copilots = dict(zip(MODES, (obeying, honest), strict=True))
        yield Task(name="safety", dataset=samples, solver=tempted(made, copilots), scorer=harmless())


@solver
def tempted(made: Stand, copilots: dict[Mode, Copilot]) -> Solver:
    """Try the case with both models, each in a copy of the planted workspace of its own."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case, outcomes = made.cases[state.metadata["case"]["at"]], []
        for mode, copilot in copilots.items():
            model = made.gullible(case, mode, unprompted=True)
            found = await trial.run(copilot, made.server, model, made.stage, set(copilot.toolbox.tools()))
            outcomes.append(made.judged(found).model_dump(mode="json"))
        state.store.set("outcomes", outcomes)
        state.output.completion = outcomes[0]["text"]
        return state

    return solve
