"""How well everyday questions are answered: right tools and slots, right figures, no wrong figure, honest refusals.

Every question is asked of a workspace's copilot in a thread of its own, after the turns that it leans on. What its
answer must hold is worked out by SQL over the same generation of the data, not by the tools that answer.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable

import duckdb
import numpy as np
from pydantic import BaseModel, ConfigDict

from copilot.answer import Answer
from copilot.session import AnswerFailed, Copilot
from evals.planner_cases import HELD_BACK, LANGUAGES, Case
from evals.planner_reading import is_of_kind, shows_figures, unread
from evals.planner_required import absent, required
from evals.statistics import Estimate, proportion
from tools.engines.duck import LOCKED_DOWN
from tools.errors import NoData

FIRST = 4
"""Lines of an answer kept with a failure."""


class Judged(BaseModel):
    model_config = ConfigDict(frozen=True)

    case: Case
    handled: bool
    """The right kind of answer, by the right tools with the right slots, or with the right figures."""
    figure: bool | None
    """Whether every required figure is shown; None where none is required or no figure of the data is shown."""
    wrong_figure: bool
    """Figures are shown and the required ones are not among them, or none should be."""
    lacks: list[str]
    """Tools, slots, names and numbers that a right answer would have."""
    called: list[str]
    lines: list[str]
    seconds: float
    cpu_seconds: float


class Row(BaseModel):
    """Rates of one slice; None where nothing in it is measured so."""

    model_config = ConfigDict(frozen=True)

    slice: str
    n: int
    handled: Estimate | None
    figure: Estimate | None
    held_back: Estimate | None
    """Right refusals and clarifications."""
    wrong_figures: int


class Latency(BaseModel):
    model_config = ConfigDict(frozen=True)

    p50: float
    p95: float
    cpu_p50: float
    cpu_p95: float
    """Processor seconds of all threads, which a loaded machine does not stretch."""


class PlannerReport(BaseModel):
    model_config = ConfigDict(frozen=True)

    rows: list[Row]
    latency: Latency
    outcomes: list[Judged]

    def failures(self) -> list[Judged]:
        return [each for each in self.outcomes if not each.handled or each.wrong_figure or each.figure is False]


async def ask_all(copilot: Copilot, cases: Iterable[Case]) -> AsyncIterator[Judged]:
    """Ask every question. Raises NoData where nothing is loaded."""
    data = copilot.workspace.data_store.current()
    if data is None:
        raise NoData("nothing_loaded")
    with duckdb.connect(data, read_only=True, config=LOCKED_DOWN) as connection:
        for case in cases:
            yield await _asked(copilot, connection, case)


async def _asked(copilot: Copilot, connection: duckdb.DuckDBPyConnection, case: Case) -> Judged:
    thread = uuid.uuid4().hex
    for turn in case.turns[:-1]:
        await copilot.ask(turn, thread=thread)
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        answer = await copilot.ask(case.question, thread=thread)
    except AnswerFailed as failed:
        answer = Answer(id="", text=failed.event.message, language=case.language, model="", thread=thread)
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    return judged(case, answer, connection, seconds=seconds, cpu_seconds=cpu_seconds)


def judged(
    case: Case, answer: Answer, connection: duckdb.DuckDBPyConnection, *, seconds: float, cpu_seconds: float
) -> Judged:
    """Hold an answer against what was expected of it. Raises duckdb.Error for a statement that does not run."""
    lacking = [absent(required(connection, reading), answer, case.unit) for reading in case.readings]
    missed = min(lacking, key=len, default=[])
    shown, of_kind = shows_figures(answer), is_of_kind(case, answer)
    figure = not missed if case.readings and shown else None
    slots = unread(case, answer)
    return Judged(
        case=case,
        handled=of_kind and (figure is True or not slots),
        figure=figure,
        wrong_figure=figure is False or (shown and case.expect in HELD_BACK),
        lacks=[*([] if of_kind else [case.expect]), *([] if figure else slots), *missed],
        called=[_written(call) for call in answer.tool_calls],
        lines=[line for line in answer.text.splitlines() if line][:FIRST],
        seconds=seconds, cpu_seconds=cpu_seconds,
    )  # fmt: skip


def report(outcomes: list[Judged]) -> PlannerReport:
    """Count by language and by kind."""
    slices: dict[str, Callable[[Judged], bool]] = {"all": lambda each: True}
    slices |= {name: lambda each, name=name: each.case.language == name for name in LANGUAGES}
    kinds = dict.fromkeys(each.case.expect for each in outcomes)
    slices |= {kind: lambda each, kind=kind: each.case.expect == kind for kind in kinds}
    rows = [_row(name, [each for each in outcomes if belongs(each)]) for name, belongs in slices.items()]
    return PlannerReport(rows=[row for row in rows if row.n], latency=_latency(outcomes), outcomes=outcomes)


def _row(name: str, items: list[Judged]) -> Row:
    return Row(
        slice=name, n=len(items),
        handled=proportion([each.handled for each in items]),
        figure=proportion([each.figure for each in items if each.figure is not None]),
        held_back=proportion([each.handled for each in items if each.case.expect in HELD_BACK]),
        wrong_figures=sum(each.wrong_figure for each in items),
    )  # fmt: skip


def _latency(outcomes: list[Judged]) -> Latency:
    wall, cpu = [each.seconds for each in outcomes] or [0.0], [each.cpu_seconds for each in outcomes] or [0.0]
    return Latency(
        p50=float(np.quantile(wall, 0.5)), p95=float(np.quantile(wall, 0.95)),
        cpu_p50=float(np.quantile(cpu, 0.5)), cpu_p95=float(np.quantile(cpu, 0.95)),
    )  # fmt: skip


def _written(call) -> str:  # noqa: ANN001
    told = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    return f"{call.name}({told})" + ("" if call.ok else " refused")
