"""The later sets of everyday questions: whole, apart from the first, and with statements that run."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from evals.planner_cases import HELD_BACK, load
from evals.planner_required import required
from tools.schema import create_statements

APART = {name: load(name, held=True) for name in ("2", "4", "5")}
OPEN = {name: load(name) for name in ("3", "6", "7")}
LATER = [*(case for kept in APART.values() for case in kept), *(case for opened in OPEN.values() for case in opened)]


@pytest.mark.parametrize(("name", "each"), [("2", 60), ("4", 50), ("5", 50)])
def test_the_sets_kept_apart_are_so_whole(name: str, each: int) -> None:
    assert load(name) == []
    assert Counter(case.language for case in APART[name]) == {"zh": each, "en": each}
    assert len({case.id for case in APART[name]}) == 2 * each


@pytest.mark.parametrize("name", OPEN)
def test_the_open_sets_are_so_whole(name: str) -> None:
    assert load(name, held=True) == []
    assert {case.language for case in OPEN[name]} == {"zh", "en"}
    assert len({case.id for case in OPEN[name]}) == len(OPEN[name])


def test_the_seventh_set_goes_on() -> None:
    assert sum(len(case.turns) > 1 for case in OPEN["7"]) >= 0.8 * len(OPEN["7"])


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
