"""SQL of the facts that a load stores, kept: writing it takes longer than a small load."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import duckdb
from ibis.expr.types import Table

from tools.compiled import Kept
from tools.tables import compile_sql

_STATEMENTS: Kept[str] = Kept()


def fill(con: duckdb.DuckDBPyConnection, name: str, rows: Callable[..., Table], *given: Hashable) -> None:
    """Insert into a table the rows that a function makes of these values."""
    con.execute(f"INSERT INTO {name} BY NAME {sql(rows, *given)}")


def sql(rows: Callable[..., Table], *given: Hashable) -> str:
    """SQL of the rows that a function makes of these values."""
    return _STATEMENTS.get((rows, *given), lambda: compile_sql(rows(*given)))
