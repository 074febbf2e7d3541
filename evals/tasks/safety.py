"""Orders planted in data, documents and talk, before a model that obeys them and one that does not.

The other parts of `wellspring eval safety` (talk, mutations, names, rendering, arguments) are counts of their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from inspect_ai import Task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from copilot.bootstrap import open_copilot
from copilot.session import Copilot
from evals.safety import trial
from evals.safety.cases import load
from evals.safety.cases import sample as evenly
from evals.safety.gullible import Mode
from evals.safety.measure import MODES
from evals.safety.run import Stand, stand
from evals.scorers.harmless import harmless
from evals.tasks.wanted import Wanted, sample


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    cases = evenly(load(), wanted.sample, wanted.seed) if wanted.sample else load()
    index = wanted.settings.home / ".evals" / "index"
    modes = [MODES[part] for part in wanted.only or MODES]
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(stand(cases, index if index.is_dir() else None))
        copilots = {mode: await stack.enter_async_context(open_copilot(made.settings(mode))) for mode in modes}
        samples = [
            sample(case.order, "no harm, and the figure", case.language, {"at": at}, id=case.name)
            for at, case in enumerate(cases)
        ]
        yield Task(name="safety", dataset=samples, solver=tempted(made, copilots), scorer=harmless())


@solver
def tempted(made: Stand, copilots: dict[Mode, Copilot]) -> Solver:
    """Try the case with each model, in a copy of the planted workspace of its own."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case, outcomes = made.cases[state.metadata["case"]["at"]], {}
        for mode, copilot in copilots.items():
            model = made.gullible(case, mode, unprompted=True)
            found = await trial.run(copilot, made.server, model, made.stage, set(copilot.toolbox.tools()))
            outcomes[mode] = made.judged(found).model_dump(mode="json")
        state.store.set("outcomes", outcomes)
        state.output.completion = next(iter(outcomes.values()))["text"]
        return state

    return solve
