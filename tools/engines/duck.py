"""The loaded DuckDB file: read-only and locked down. Ibis compiles for it; its connection is our own.

An Ibis connection cannot hold DuckDB 2, and would change settings of a locked file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
from ibis.expr.types import Table

from tools import schema
from tools.compiled import Kept
from tools.customer_facts import expressions
from tools.engines.deadlines import DEADLINES
from tools.engines.engine import Found, Frame, Frames
from tools.errors import NoData
from tools.identity import person_view
from tools.tables import compile_sql

# Queries cannot reach files, the network or extensions, and cannot change these settings.
LOCKED_DOWN = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}
_PARSED: Kept[duckdb.Statement] = Kept()


class DuckEngine:
    """One generation of a workspace's tables; with `by_person`, persons stand for accounts."""

    name = "duckdb"
    keeps_facts = True
    unchanging = True

    def __init__(self, path: Path, *, by_person: bool = False) -> None:
        """Raises NoData when there is no such file yet, or it is damaged."""
        if not path.exists():
            raise NoData("nothing_loaded")
        with _undamaged():
            self.connection = duckdb.connect(path, read_only=True, config=LOCKED_DOWN)
        self._by_person = by_person
        self._idle: list[duckdb.DuckDBPyConnection] = []
        """Cursors that wait for a query, their views made: making them costs as much as a small query."""

    def sql(self, expression: Table) -> str:
        return compile_sql(expression)

    def first(self, expression: Table, beside: Frames, *, most: int, seconds: float) -> Found:
        sql = self.sql(expression)
        with self._cursor(beside, seconds) as cursor:
            cursor.execute(_parsed(sql))
            columns = [column[0] for column in cursor.description]
            return Found(columns, cursor.fetchmany(most), sql)

    def whole(self, expression: Table, beside: Frames, *, seconds: float) -> Frame:
        sql = self.sql(expression)
        with self._cursor(beside, seconds) as cursor:
            return Frame(cursor.sql(sql).to_arrow_table(), sql)

    def batches(self, expression: Table, beside: Frames, *, rows: int, seconds: float) -> Iterator[pa.RecordBatch]:
        with self._cursor(beside, seconds) as cursor:
            yield from cursor.sql(self.sql(expression)).to_arrow_reader(rows)

    def close(self) -> None:
        for connection in [*self._idle, self.connection]:
            connection.close()
        self._idle.clear()

    @cached_property
    def link_run(self) -> int | None:
        return person_view.run_in_force(self.connection.cursor())

    @cached_property
    def keeps_cells(self) -> bool:
        # A file of an earlier version lacks them, until its next load.
        home = person_view.SCHEMA if self._by_person else "main"
        present = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = ? AND list_contains(?, table_name)"
        ((tables,),) = self.connection.cursor().execute(present, [home, list(schema.CELLS)]).fetchall()
        return tables == len(schema.CELLS)

    @contextmanager
    def _cursor(self, beside: Frames, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._ready()
        try:
            for name, frame in beside.items():
                cursor.register(name, frame)
            # DuckDB has no statement timeout: this interrupts this cursor only.
            with _undamaged(), DEADLINES.after(seconds, cursor.interrupt):
                yield cursor
        except BaseException as error:
            cursor.close()
            if isinstance(error, duckdb.InterruptException):
                raise NoData("query_timeout", seconds=seconds) from error
            raise
        if not _is_read(cursor):
            cursor.close()
            return
        for name in beside:
            cursor.unregister(name)
        self._idle.append(cursor)

    def _ready(self) -> duckdb.DuckDBPyConnection:
        """A cursor with every table of this version: one that waits, or a new one."""
        with suppress(IndexError):  # two threads may want the last
            return self._idle.pop()
        cursor = self.connection.cursor()
        with _undamaged():
            for statement in self._fill_ins:
                cursor.execute(statement)
        return cursor

    @cached_property
    def _fill_ins(self) -> list[str]:
        """What gives one cursor the tables of this version over a file of an earlier one, and persons for accounts."""
        ((file,),) = self.connection.cursor().execute("SELECT current_database()").fetchall()
        present = set(self.connection.cursor().execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
        ).fetchall())  # fmt: skip
        tables = {name for name, _ in present}
        whole = {name for name in tables & {*schema.FACTS} if schema.FACTS[name].keys() <= _columns(present, name)}
        sources = {name: f'"{file}".main.{name}' for name in tables}
        wider = {name: f"(SELECT *, {', '.join(columns)} FROM {sources[name]})" for name, columns in _lacking(present)}
        counted = [
            f"CREATE TEMP VIEW {name} AS {compile_sql(expression)}"
            for name, expression in expressions().items()
            if name not in whole
        ]
        run = self.link_run if self._by_person else None
        persons = [_accounts(sources | wider, run)]
        if run is not None:
            persons += [person_view.SEARCH, *person_view.views(run, sources | wider)]
            wider = {name: source for name, source in wider.items() if name not in person_view.replaced()}
        return [*persons, *(f"CREATE TEMP VIEW {name} AS FROM {source}" for name, source in wider.items()), *counted]


def _parsed(sql: str) -> duckdb.Statement:
    """A statement, parsed once; planned each time that it runs."""
    return _PARSED.get(sql, lambda: duckdb.extract_statements(sql)[0])


def _is_read(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether no row is left that a waiting cursor would hold in memory."""
    try:
        return cursor.fetchone() is None
    except duckdb.InvalidInputException:
        return True  # what it ran was a relation, which holds its rows itself


def _accounts(sources: Mapping[str, str], run: int | None) -> str:
    """CREATE TEMP VIEW accounts: every account with its own phone and e-mail, and the customer that it counts as."""
    if run is None:
        columns = "customer_id AS account_id, customer_id, phone, email"
        return f"CREATE TEMP VIEW accounts AS SELECT {columns} FROM {sources['customers']}"
    columns = ("coalesce(customer_id, member) AS account_id, coalesce(person_id, customer_id) AS customer_id, "
               "phone, email")  # fmt: skip
    members = f"(SELECT customer_id AS member, person_id FROM {sources['persons']} WHERE run = {int(run)})"
    known = f"{sources['customers']} FULL JOIN {members} ON customer_id = member"
    return f"CREATE TEMP VIEW accounts AS SELECT {columns} FROM {known}"


def _columns(present: set[tuple[str, str]], name: str) -> set[str]:
    return {column for table, column in present if table == name}


def _lacking(present: set[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Tables and the columns, as NULLs, that a file of an earlier version lacks."""
    lacking: dict[str, list[str]] = {}
    for name, column in schema.ADDED:
        if (name, column) not in present and name in {table for table, _ in present}:
            kind = (schema.TABLES | schema.FACTS)[name][column]
            lacking.setdefault(name, []).append(f"NULL::{kind} AS {column}")
    return list(lacking.items())


@contextmanager
def _undamaged() -> Iterator[None]:
    """Say in words that the file is not as it was written: emptied, cut short or overwritten."""
    try:
        yield
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) or str(error).startswith("Corrupt database"):
            raise NoData("data_damaged") from error
        raise
