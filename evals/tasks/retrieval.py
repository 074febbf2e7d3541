"""Questions to the cards alone, as the index of a fresh installation holds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspect_ai import Task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.card_index import card_index
from evals.questions import Question, load, sets
from evals.retrieval import ask
from evals.scorers.found import found
from evals.tasks.wanted import Wanted, sample
from knowledge.search import KnowledgeIndex


@asynccontextmanager
async def opened(wanted: Wanted) -> AsyncIterator[Task]:
    index = card_index(wanted.language)
    try:
        questions = [question for name in wanted.only or sets() for question in load(name)]
        samples = [
            sample(each.q, ", ".join(each.expect), f"{each.set} {each.language}", each.model_dump())
            for each in questions
        ]
        yield Task(name="retrieval", dataset=wanted.drawn(samples), solver=searched(index), scorer=found())
    finally:
        index.close()


@solver
def searched(index: KnowledgeIndex) -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        outcome = ask(index, Question.model_validate(state.metadata["case"]))
        state.store.set("outcome", outcome.model_dump(mode="json"))
        state.output.completion = ", ".join(outcome.got[:5]) if outcome.answerable else "no answer here"
        return state

    return solve
