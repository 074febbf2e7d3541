"""Spark: one session for all threads, a query cancelled by its tag when its time is up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import TIMEOUT_MAX, Event, Thread
from uuid import uuid4

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends.pyspark import Backend
from ibis.expr.schema import Schema
from ibis.expr.types import Table

from tools.engines.columns import arrow_type
from tools.engines.dialects import SparkSpelling
from tools.engines.remote import RemoteEngine, Tables
from tools.errors import NoData

AGAIN = 0.2
"""Seconds after which a late query is cancelled once more: a job that it has not begun yet is not stopped."""


def connected(con: Backend, zone: str) -> Backend:
    """The connection with our spelling and the workspace's clock; Spark knows no read-only session."""
    con.compiler = SparkSpelling()
    con._session.conf.set("spark.sql.session.timeZone", zone)
    return con


class SparkEngine(RemoteEngine):
    @contextmanager
    def connection(self) -> Iterator[Backend]:
        # Closing a connection would stop the session that every thread shares.
        con = self._any()
        try:
            yield con
        finally:
            self._idle.put(con)

    @contextmanager
    def _limited(self, con: Backend, seconds: float) -> Iterator[None]:
        context, tag = con._session.sparkContext, f"wellspring-{uuid4().hex}"
        over, late = Event(), Event()

        def stop() -> None:
            wait = min(seconds, TIMEOUT_MAX)
            while not over.wait(wait):
                late.set()
                context.cancelJobsWithTag(tag)
                wait = AGAIN

        context.addJobTag(tag)
        Thread(target=stop, daemon=True).start()
        try:
            yield
        except Exception as error:
            if late.is_set():
                raise NoData("query_timeout", seconds=seconds) from error
            raise
        finally:
            over.set()
            context.removeJobTag(tag)

    @contextmanager
    def _frames(self, con: Backend, given: Mapping[Table, pa.Table]) -> Iterator[Tables]:
        made = {}
        for unbound, frame in given.items():
            name = f"wellspring_frame_{uuid4().hex}"
            con._session.createDataFrame(frame.select(unbound.columns)).createOrReplaceTempView(name)
            made[unbound] = ibis.table(unbound.schema(), name=name)
        try:
            yield made
        finally:
            for view in made.values():
                con._session.catalog.dropTempView(view.get_name())

    def _read(self, con: Backend, asked: Table, sql: str, limit: int | None = None) -> pa.Table:
        session = con._session
        return _fitted(session.sql(sql).toArrow(), asked.schema(), session.conf.get("spark.sql.session.timeZone"))

    def _read_batches(self, con: Backend, asked: Table, rows: int) -> Iterator[pa.RecordBatch]:
        yield from self._read(con, asked, con.compile(asked)).to_batches(max_chunksize=rows)


ENGINE = SparkEngine


def _fitted(found: pa.Table, schema: Schema, zone: str) -> pa.Table:
    """Columns in the types that the expression promises; instants, handed over in UTC, on the zone's clock."""
    columns = []
    for column, kind in zip(found.columns, schema.types, strict=True):
        if pa.types.is_timestamp(column.type) and column.type.tz:
            column = pc.local_timestamp(column.cast(pa.timestamp("us", zone)))
        columns.append(column.cast(arrow_type(kind), safe=False))
    return pa.table(columns, names=list(schema.names))
