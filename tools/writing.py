"""Connections that change a workspace's tables: a generation being written, or the next one after the live one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tools.errors import NoData, ToolError
from tools.generations import Generations, mark_of
from tools.schema import COUNTED, FACTS, create_statements

_MEMORY = "50%"
"""The other half is the rest of the machine's."""


@contextmanager
def changing(path: Path, *, memory: str = _MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a generation that is being written, with every table of this version.

    `memory` is DuckDB's, such as "640MB"; what does not fit goes to <path>.tmp, gone with the connection.

    Raises NoData when the copy it starts from is damaged, duckdb.Error or OSError when the changes
    cannot be put on disk.
    """
    with _opened(path, memory) as con:
        for statement in [*_outdated(con), *create_statements()]:
            con.execute(statement)
        yield con
        # Closing would do it too, but keeps a failure to itself.
        con.execute("CHECKPOINT")


@contextmanager
def revising(store: Generations) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a copy of the live generation; on a clean exit the copy is live, under the same mark.

    Raises NoData while nothing is loaded, Busy while another process writes, ToolError `not_saved`.
    """
    if store.current() is None:
        raise NoData("nothing_loaded")
    with saved(), store.lock():
        # Looked at under the lock: own files may have taken the demo's place meanwhile, and its mark must not stay.
        mark = mark_of(store.current())
        with store.next_generation(mark=mark) as path, changing(path) as con:
            yield con


@contextmanager
def saved() -> Iterator[None]:
    """Raise ToolError `not_saved` where changes cannot be put on disk."""
    try:
        yield
    except (OSError, duckdb.OperationalError, duckdb.FatalException) as error:
        raise ToolError("not_saved", why=_cause(error)) from error


def _cause(error: Exception) -> str:
    """The system's own words, such as "No space left on device", without the path before them."""
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error).splitlines()[0].rsplit(": ", 1)[-1])[:200]


def _opened(path: Path, memory: str) -> duckdb.DuckDBPyConnection:
    copied = path.exists()
    try:
        return duckdb.connect(str(path), config={"memory_limit": memory})
    except duckdb.IOException as error:
        if copied:
            raise NoData("data_damaged") from error
        raise


def _outdated(con: duckdb.DuckDBPyConnection) -> list[str]:
    """DROP TABLE for facts that lack a column of this version: they are built again from the orders."""
    columns = "SELECT schema_name, table_name, list(column_name) FROM duckdb_columns() WHERE NOT internal GROUP BY ALL"
    return [
        f'DROP TABLE "{schema}".{name}'
        for schema, name, present in con.execute(columns).fetchall()
        if name in COUNTED and not FACTS[name].keys() <= {*present}
    ]
