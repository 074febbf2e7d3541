"""A copilot over a copy of a workspace, and the solver that asks it through its session."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import duckdb
from inspect_ai.solver import Generate, Solver, TaskState, solver

from copilot.answer import Answer
from copilot.bootstrap import open_copilot
from copilot.session import AnswerFailed, Copilot
from copilot.tracing.scratch import scratch
from evals.tasks.wanted import Wanted
from tools.engines.duck import LOCKED_DOWN
from tools.errors import NoData


@asynccontextmanager
async def copilot_beside(wanted: Wanted) -> AsyncIterator[Copilot]:
    """A warm copilot over a copy of the workspace: what is asked there leaves nothing behind."""
    with scratch(wanted.settings, copied=()) as fresh:
        plain = {} if wanted.with_model else {"api_key": None, "base_url": None}
        async with open_copilot(fresh.model_copy(update=plain)) as copilot:
            await asyncio.to_thread(copilot.warm)
            yield copilot


@contextmanager
def data_of(copilot: Copilot) -> Iterator[duckdb.DuckDBPyConnection]:
    """The generation of the data that is asked about, read-only. Raises NoData where nothing is loaded."""
    if (data := copilot.workspace.data_store.current()) is None:
        raise NoData("nothing_loaded")
    with duckdb.connect(data, read_only=True, config=LOCKED_DOWN) as connection:
        yield connection


@solver
def asked(copilot: Copilot) -> Solver:
    """Ask the case's turns in a thread of its own and keep the last answer, with the seconds that it took."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case, thread = state.metadata["case"], uuid.uuid4().hex
        for turn in case.get("turns", [])[:-1]:
            await _answer(copilot, turn, thread, case["language"])
        wall, cpu = time.perf_counter(), time.process_time()
        answer = await _answer(copilot, state.input_text, thread, case["language"])
        state.store.set("spent", {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu})
        state.store.set("answer", answer.model_dump(mode="json"))
        state.output.completion = answer.text
        return state

    return solve


def answer_in(state: TaskState) -> Answer:
    """What the solver left in the sample's store."""
    return Answer.model_validate(state.store.get("answer"))


async def _answer(copilot: Copilot, question: str, thread: str, language: str) -> Answer:
    """The answer, or the worded reason why there is none."""
    try:
        return await copilot.ask(question, thread=thread)
    except AnswerFailed as failed:
        event = failed.event
        return Answer(id=event.code, text=event.message, language=language, model="", thread=thread)
