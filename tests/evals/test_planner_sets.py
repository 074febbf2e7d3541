"""The later sets of everyday questions: whole, apart from the first, and with statements that run."""

from __future__ import annotations

from collections import Counter

import duckdb

from evals.planner_cases import HELD_BACK, load
from evals.planner_required import required
from tools.schema import create_statements

APART = load("2", held=True)
OPEN = load("3")
LATER = [*APART, *OPEN]


def test_the_second_set_is_kept_apart_whole() -> None:
    assert load("2") == []
    assert Counter(case.language for case in APART) == {"zh": 60, "en": 60}
    assert len({case.id for case in APART}) == len(APART)


def test_the_third_set_is_open_whole() -> None:
    assert load("3", held=True) == []
    assert {case.language for case in OPEN} == {"zh", "en"}
    assert len({case.id for case in OPEN}) == len(OPEN)


def test_no_question_of_them_stands_in_another_set() -> None:
    asked = Counter(tuple(case.turns) for case in [*load(), *load(held=True), *LATER])
    assert [case.id for case in LATER if asked[tuple(case.turns)] > 1] == []


def test_each_question_says_what_is_right() -> None:
    wanting = {"figures": "sql", "refusal": "missing", "clarification": "missing"}
    assert [case.id for case in LATER if case.expect in wanting and not getattr(case, wanting[case.expect])] == []
    assert [case.id for case in LATER if case.expect in HELD_BACK and (case.sql or case.tools)] == []


def test_every_statement_runs_over_the_canonical_tables() -> None:
    with duckdb.connect() as tables:
        for statement in create_statements():
            tables.execute(statement)
        faults = {case.id: fault for case in LATER for each in case.readings if (fault := _fault(tables, each))}
    assert faults == {}


def _fault(tables: duckdb.DuckDBPyConnection, statement: str) -> str:
    try:
        required(tables, statement)
    except duckdb.Error as refused:
        return str(refused)
    return ""
