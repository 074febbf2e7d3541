"""The later sets of everyday questions: whole, apart from the first, and with statements that run."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from evals.planner_cases import HELD_BACK, load
from evals.planner_required import required
from tools.schema import create_statements

APART = {name: load(name, held=True) for name in ("2", "4", "5")}
OPEN = load("3")
TALK = load("7")
LATER = [*APART["2"], *OPEN, *TALK, *APART["4"], *APART["5"]]


@pytest.mark.parametrize(("name", "each"), [("2", 60), ("4", 50), ("5", 50)])
def test_the_sets_kept_apart_are_so_whole(name: str, each: int) -> None:
    assert load(name) == []
    assert Counter(case.language for case in APART[name]) == {"zh": each, "en": each}
    assert len({case.id for case in APART[name]}) == 2 * each


def test_the_third_set_is_open_whole() -> None:
    assert load("3", held=True) == []
    assert {case.language for case in OPEN} == {"zh", "en"}
    assert len({case.id for case in OPEN}) == len(OPEN)


def test_the_seventh_set_is_open_whole_and_goes_on() -> None:
    assert load("7", held=True) == []
    assert {case.language for case in TALK} == {"zh", "en"}
    assert sum(len(case.turns) > 1 for case in TALK) >= 0.8 * len(TALK)


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
