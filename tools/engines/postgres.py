"""PostgreSQL: read-only transactions with a statement timeout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from threading import TIMEOUT_MAX

import ibis
import psycopg
import pyarrow as pa
from ibis.backends.postgres import Backend
from ibis.expr.schema import Schema
from ibis.expr.types import Table
from psycopg.sql import SQL, Identifier

from tools.engines.columns import arrow_table, tuples
from tools.engines.dialects import PostgresSpelling, bytewise
from tools.engines.remote import RemoteEngine, Tables
from tools.errors import NoData

BATCH = 50_000
_frame_number = count()


def connected(con: Backend, zone: str) -> Backend:
    """The connection with our spelling, the workspace's clock, and no right to change anything."""
    con.compiler = PostgresSpelling()
    with con.con.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, false)", [zone])
        cursor.execute("SET default_transaction_read_only = on")
        # Over tables never analysed it expects one row where thousands come, and joins them pair by pair.
        cursor.execute("SET enable_nestloop = off")
        cursor.execute("SET jit = off")  # compiling a query of many parts takes longer than running it
    return con


class PostgresEngine(RemoteEngine):
    def readable(self, source: Table) -> Table:
        return source.mutate(**{
            name: bytewise(source[name]) for name, kind in source.schema().items() if kind.is_string()
        })

    @contextmanager
    def _limited(self, con: Backend, seconds: float) -> Iterator[None]:
        allowed = 0 if seconds >= TIMEOUT_MAX else int(seconds * 1000)
        try:
            with con.con.transaction(), con.con.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(allowed)])
                yield
        except psycopg.errors.QueryCanceled as error:
            raise NoData("query_timeout", seconds=seconds) from error

    @contextmanager
    def _frames(self, con: Backend, given: Mapping[Table, pa.Table]) -> Iterator[Tables]:
        if not given:
            yield {}
            return
        # Temporary tables are this session's own; a read-only transaction may not make them, so this one is not.
        with _writing(con) as cursor:
            made = {unbound: _copied(con, cursor, unbound.schema(), frame) for unbound, frame in given.items()}
        try:
            yield made
        finally:
            with _writing(con) as cursor:
                for frame in made.values():
                    cursor.execute(f'DROP TABLE "{frame.get_name()}"')

    @contextmanager
    def writing(self, where: str) -> Iterator[Backend]:
        con = self._connect()
        try:
            con.con.execute("SET default_transaction_read_only = off")
            con.con.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(where)))
            yield con
        finally:
            con.disconnect()

    def _read(self, con: Backend, asked: Table, sql: str, limit: int | None = None) -> pa.Table:
        with con.con.cursor() as cursor:
            cursor.execute(sql)
            return arrow_table(cursor.fetchall(), asked.schema())

    def _read_batches(self, con: Backend, asked: Table, rows: int) -> Iterator[pa.RecordBatch]:
        with con.con.cursor(name="wellspring") as cursor:
            cursor.execute(con.compile(asked))
            while found := cursor.fetchmany(rows):
                yield from arrow_table(found, asked.schema()).to_batches()


ENGINE = PostgresEngine


@contextmanager
def _writing(con: Backend) -> Iterator[psycopg.Cursor]:
    with con.con.transaction(), con.con.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ WRITE")
        yield cursor


def _copied(con: Backend, cursor: psycopg.Cursor, schema: Schema, frame: pa.Table) -> Table:
    name, mapper = f"wellspring_frame_{next(_frame_number)}", con.compiler.type_mapper
    # Texts compare byte by byte as everywhere, see `dialects`.
    collation = {column: 'COLLATE "C"' for column, kind in schema.items() if kind.is_string()}
    columns = ", ".join(
        f'"{column}" {mapper.to_string(kind)} {collation.get(column, "")}' for column, kind in schema.items()
    )
    cursor.execute(f'CREATE TEMP TABLE "{name}" ({columns})')
    with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
        for batch in frame.select(schema.names).to_batches(max_chunksize=BATCH):
            for row in tuples(batch):
                copy.write_row(row)
    cursor.execute(f'ANALYZE "{name}"')
    return ibis.table(schema, name=name)
