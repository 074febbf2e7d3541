"""The only code that executes a query: read-only, locked down, capped in rows and in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
from ibis.expr.types import Table

from tools import schema
from tools.customer_facts import expressions
from tools.errors import NoData
from tools.identity import person_view
from tools.tables import compile_sql, sales, table

# Queries cannot reach files, the network or extensions, and cannot change these settings.
LOCKED_DOWN = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}


CountBy = Literal["account", "person"]


@dataclass(frozen=True)
class Rows:
    """Rows of one query; `truncated` when there were more than the cap."""

    columns: list[str]
    records: list[dict[str, Any]]
    sql: str
    truncated: bool


@dataclass(frozen=True)
class Frame:
    """All rows of one query, in columns."""

    rows: pa.Table
    sql: str


class Warehouse:
    """One generation of a workspace's tables, safe to share between threads."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, *, row_cap: int, seconds: float, count_by: CountBy = "account"
    ) -> None:
        self._connection = connection
        self.count_by = count_by
        self.row_cap = row_cap
        self.seconds = seconds
        self._spans: dict[str, tuple[date | None, date | None]] = {}

    @classmethod
    def open(cls, path: Path, *, row_cap: int, seconds: float, count_by: CountBy = "account") -> Warehouse:
        """Open a DuckDB file for reading; customers are accounts as loaded, or persons.

        Raises NoData when there is no such file yet, when it is damaged, or no accounts are linked to count persons.
        """
        if not path.exists():
            raise NoData("nothing_loaded")
        with _undamaged():
            connection = duckdb.connect(path, read_only=True, config=LOCKED_DOWN)
        opened = cls(connection, row_cap=row_cap, seconds=seconds, count_by=count_by)
        if count_by == "person" and opened.link_run is None:
            opened.close()
            raise NoData("not_linked")
        return opened

    def close(self) -> None:
        self._connection.close()

    def run(self, expression: Table, beside: Mapping[str, pa.Table] | None = None) -> Rows:
        """Run one expression, with the frames `beside` as further tables.

        Raises NoData when it takes longer than the allowed seconds.
        """
        sql = compile_sql(expression)
        with self._cursor(beside) as cursor:
            cursor.execute(sql)
            columns = [column[0] for column in cursor.description]
            found = cursor.fetchmany(self.row_cap + 1)
        records = [dict(zip(columns, row, strict=True)) for row in found[: self.row_cap]]
        return Rows(columns, records, sql, truncated=len(found) > self.row_cap)

    def stream(
        self, expression: Table, beside: Mapping[str, pa.Table] | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Every row of an expression in batches, past the row cap and for as long as it takes: for files."""
        with self._cursor(beside, seconds=threading.TIMEOUT_MAX) as cursor:
            yield from cursor.sql(compile_sql(expression)).to_arrow_reader(rows)

    def whole(self, expression: Table, beside: Mapping[str, pa.Table] | None = None) -> Frame:
        """Every row of an expression, past the row cap: to be given `beside` to further queries."""
        sql = compile_sql(expression)
        with self._cursor(beside) as cursor:
            return Frame(cursor.sql(sql).to_arrow_table(), sql)

    @contextmanager
    def _cursor(
        self, beside: Mapping[str, pa.Table] | None = None, seconds: float | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        # DuckDB has no statement timeout: a timer interrupts this cursor only.
        cursor = self._connection.cursor()
        with _undamaged():
            for statement in self._fill_ins:
                cursor.execute(statement)
        for name, frame in (beside or {}).items():
            cursor.register(name, frame)
        timer = threading.Timer(seconds or self.seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            with _undamaged():
                yield cursor
        except duckdb.InterruptException as error:
            raise NoData("query_timeout", seconds=self.seconds) from error
        finally:
            timer.cancel()
            cursor.close()

    @cached_property
    def link_run(self) -> int | None:
        """The run of account linking in force, None for none."""
        return person_view.run_in_force(self._connection.cursor())

    @cached_property
    def _fill_ins(self) -> list[str]:
        """What gives one cursor the tables of this version over a file of an earlier one, and persons for accounts."""
        ((file,),) = self._connection.cursor().execute("SELECT current_database()").fetchall()
        present = set(self._connection.cursor().execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
        ).fetchall())  # fmt: skip
        tables = {name for name, _ in present}
        sources = {name: f'"{file}".main.{name}' for name in tables}
        wider = {name: f"(SELECT *, {', '.join(columns)} FROM {sources[name]})" for name, columns in _lacking(present)}
        counted = [
            f"CREATE TEMP VIEW {name} AS {compile_sql(expression)}"
            for name, expression in expressions().items()
            if name not in tables
        ]
        persons = [_accounts(sources | wider, self.link_run if self.count_by == "person" else None)]
        if self.count_by == "person" and self.link_run is not None:
            persons += [person_view.SEARCH, *person_view.views(self.link_run, sources | wider)]
            wider = {name: source for name, source in wider.items() if name not in person_view.replaced()}
        return [*persons, *(f"CREATE TEMP VIEW {name} AS FROM {source}" for name, source in wider.items()), *counted]

    def rows_in(self, name: str) -> int:
        """Number of rows of a canonical table."""
        return self._filled[name]["*"]

    def tables(self) -> set[str]:
        """Canonical tables that hold rows."""
        return {name for name in schema.TABLES if self.rows_in(name)}

    def has(self, need: str) -> bool:
        """Whether a table ("touches") holds rows, or a column ("orders.city") any value; no for what there is not."""
        name, _, column = need.partition(".")
        return self._filled.get(name, {}).get(column or "*", 0) > 0

    @cached_property
    def _filled(self) -> dict[str, dict[str, int]]:
        """Per table, the number of rows ("*") and of values in each column."""
        return {name: self.run(_count_values(name)).records[0] for name in schema.TABLES}

    def span(self, name: str) -> tuple[date | None, date | None]:
        """First and last day of a table of `schema.DATED` (of its sales, for orders); None where it has no rows."""
        if name not in self._spans:
            rows = sales() if name == "orders" else table(name)
            day = rows[schema.DATED[name]].cast("date")
            (row,) = self.run(rows.agg(first=day.min(), last=day.max())).records
            self._spans[name] = row["first"], row["last"]
        return self._spans[name]

    @cached_property
    def dated_by(self) -> str:
        """Table that the first and last day come from: orders, or what else is loaded. Raises NoData without any."""
        for name in schema.DATED:
            if self.rows_in(name) and self.span(name)[0]:
                return name
        raise NoData("nothing_loaded")

    @property
    def first_day(self) -> date:
        """First day of the data, see `dated_by`. Raises NoData when nothing with a day is loaded."""
        return self.span(self.dated_by)[0]

    @property
    def last_day(self) -> date:
        """Last day of the data, see `dated_by`. Raises NoData when nothing with a day is loaded."""
        return self.span(self.dated_by)[1]


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


def _count_values(name: str) -> Table:
    source = table(name)
    counts = {column: source[column].count() for column in source.columns}
    return source.agg(**{"*": source.count()}, **counts)
