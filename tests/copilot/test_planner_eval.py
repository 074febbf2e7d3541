"""The planner's evaluation tells a right answer from a wrong figure, and a refusal from an answer."""

from __future__ import annotations

import duckdb
import pytest

from copilot.session import Copilot
from evals.planner import ask_all, report
from evals.planner_cases import Case, load, parse
from evals.planner_required import required
from tools.engines.duck import LOCKED_DOWN

CASES = """
questions:
  - {id: right, turns: [一共有多少订单], expect: figures, tools: [metric], slots: {metric: orders}, unit: count,
     sql: "SELECT count(*) FROM orders WHERE kind = 'sale'"}
  - {id: other, turns: [一共有多少订单], expect: figures, tools: [metric], slots: {metric: revenue}, unit: money,
     sql: "SELECT sum(amount) FROM orders WHERE kind = 'sale'"}
  - {id: either, turns: [一共有多少订单], expect: figures, unit: count, sql: "SELECT -1",
     also_sql: "SELECT count(*) FROM orders WHERE kind = 'sale'"}
  - {id: refused, turns: [明天会下雨吗], expect: refusal, missing: 天气}
  - {id: shown, turns: [一共有多少订单], expect: clarification, missing: 时间}
  - {id: drafted, turns: [沉睡用户有多少人, 给他们写一条短信，满199减30], expect: draft, tools: [draft],
     slots: {tier: dormant, channel: sms, offer: 199 less 30, language: zh}}
"""


@pytest.mark.anyio
async def test_answers_are_held_against_the_data(copilot: Copilot) -> None:
    judged = {each.case.id: each async for each in ask_all(copilot, parse(CASES, "zh"))}
    assert {name for name, each in judged.items() if each.handled} == {"right", "either", "refused", "drafted"}
    assert {name for name, each in judged.items() if each.wrong_figure} == {"other", "shown"}
    assert judged["refused"].figure is None
    counted = report(list(judged.values())).rows[0]
    assert (counted.n, counted.wrong_figures) == (6, 2)
    assert counted.figure.value == pytest.approx(2 / 3, abs=1e-4)
    assert counted.held_back.value == 0.5


@pytest.mark.anyio
async def test_every_open_statement_reads_the_canonical_tables(copilot: Copilot) -> None:
    with duckdb.connect(copilot.workspace.data_store.current(), read_only=True, config=LOCKED_DOWN) as connection:
        for case in load():
            for statement in case.readings:
                required(connection, statement)


def test_held_questions_stay_apart() -> None:
    assert not {case.id for case in load()} & {case.id for case in load(held=True)}
    assert not any(case.held for case in load())


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="sq1"):
        Case(id="x", turns=["x"], expect="figures", language="en", sq1="SELECT 1")
