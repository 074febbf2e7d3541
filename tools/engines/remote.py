"""A brand's own warehouse through its Ibis backend: the mapped tables are queried in place, and never written to."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import sqlglot as sg
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from tools.compiled import CompiledSql
from tools.engines.columns import tuples
from tools.engines.engine import Found, Frame, Frames
from tools.engines.placing import placed

if TYPE_CHECKING:
    from tools.engines.keeping import Built
    from tools.tiers import TierRules

Tables = dict[Table, Table]
"""Unbound table of an expression -> what holds its rows in the warehouse."""


class RemoteEngine:
    """Runs expressions on connections of its own, one a thread at a time.

    Engines whose time limit, frames or reading differ are subclasses; this one has no time limit of
    its own, so the warehouse's stands.
    """

    link_run = None
    keeps_cells = False
    unchanging = False

    def __init__(self, connect: Callable[[], BaseBackend], tables: Tables | None = None) -> None:
        self._connect = connect
        self.tables = tables or {}
        self.built: Built | None = None
        """The facts that are kept in the warehouse, where the brand has a schema for them."""
        self.fresh = False
        """Whether those facts count the orders as they are, and so are used."""
        self.rules: TierRules | None = None
        """The tier rules in force."""
        self._compiled = CompiledSql()
        self._idle: queue.LifoQueue[BaseBackend] = queue.LifoQueue()
        self.name = self._any().name

    @property
    def keeps_facts(self) -> bool:
        return self.fresh

    def sql(self, expression: Table) -> str:
        with self.connection() as con:
            return self._written(con, placed(expression, self.tables))

    def first(self, expression: Table, beside: Frames, *, most: int, seconds: float) -> Found:
        with self._asked(expression, beside, seconds) as (con, asked):
            sql = self._written(con, asked, most)
            found = self._read(con, asked, sql, most)
        return Found(list(expression.columns), list(tuples(found)), sql)

    def whole(self, expression: Table, beside: Frames, *, seconds: float) -> Frame:
        with self._asked(expression, beside, seconds) as (con, asked):
            sql = self._written(con, asked)
            return Frame(self._read(con, asked, sql), sql)

    def batches(self, expression: Table, beside: Frames, *, rows: int, seconds: float) -> Iterator[pa.RecordBatch]:
        with self._asked(expression, beside, seconds) as (con, asked):
            yield from self._read_batches(con, asked, rows)

    def close(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().disconnect()

    def readable(self, source: Table) -> Table:
        """A table of the brand's with values that compare as on every other engine."""
        return source

    @contextmanager
    def writing(self, where: str) -> Iterator[BaseBackend]:
        """A connection that may write, for the facts' schema `where` only; it is made where it is not there."""
        con = self._connect()
        try:
            con.create_database(where, force=True)
            yield con
        finally:
            con.disconnect()

    @contextmanager
    def connection(self) -> Iterator[BaseBackend]:
        """A connection for one thread; one that failed is not used again."""
        con = self._any()
        try:
            yield con
        except BaseException:
            with suppress(Exception):
                con.disconnect()
            raise
        self._idle.put(con)

    def _any(self) -> BaseBackend:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._connect()

    @contextmanager
    def _asked(self, expression: Table, beside: Frames, seconds: float) -> Iterator[tuple[BaseBackend, Table]]:
        given = {each: beside[each.get_name()] for each in _unbound(expression) if each.get_name() in beside}
        with self.connection() as con, self._frames(con, given) as frames, self._limited(con, seconds):
            yield con, placed(expression, {**self.tables, **frames})

    @contextmanager
    def _frames(self, con: BaseBackend, given: Mapping[Table, pa.Table]) -> Iterator[Tables]:
        """Frames as tables of this connection; gone afterwards."""
        made: dict[Table, Table] = {}
        for unbound, frame in given.items():
            made[unbound] = con.create_table(ibis.util.gen_name("frame"), frame.select(unbound.columns), temp=True)
        try:
            yield {unbound: table.cast(unbound.schema()) for unbound, table in made.items()}
        finally:
            for table in made.values():
                drop(con, table.get_name())

    def _written(self, con: BaseBackend, asked: Table, limit: int | None = None) -> str:
        return self._compiled.sql(asked, lambda: str(con.compile(asked, limit=limit)), limit)

    @contextmanager
    def _limited(self, con: BaseBackend, seconds: float) -> Iterator[None]:
        """Within, a query that takes longer than `seconds` ends in NoData."""
        yield

    def _read(self, con: BaseBackend, asked: Table, sql: str, limit: int | None = None) -> pa.Table:
        """Rows of `asked`; `sql` is how it is written with that limit."""
        return con.to_pyarrow(asked, limit=limit)

    def _read_batches(self, con: BaseBackend, asked: Table, rows: int) -> Iterator[pa.RecordBatch]:
        yield from con.to_pyarrow_batches(asked, chunk_size=rows)


def _unbound(expression: Table) -> list[Table]:
    return [node.to_expr() for node in expression.op().find(ops.UnboundTable)]


def drop(con: BaseBackend, name: str, where: str = "") -> None:
    """Drop a table of ours. Ibis' own words for it are empty under today's sqlglot."""
    target = sg.table(name, db=where or None, quoted=True).sql(con.dialect)
    con.raw_sql(f"DROP TABLE IF EXISTS {target}")
