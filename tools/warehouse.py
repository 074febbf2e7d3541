"""The only way to a query: read-only, capped in rows and in time, on whatever engine holds the tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from ibis.expr.types import Table

from tools import schema
from tools.engines import DuckEngine, Engine
from tools.engines.engine import Frame, Frames
from tools.errors import NoData
from tools.tables import sales, table

CountBy = Literal["account", "person"]
TOLD = 16
"""Answers that one warehouse remembers."""


@dataclass(frozen=True)
class Rows:
    """Rows of one query; `truncated` when there were more than the cap."""

    columns: list[str]
    records: list[dict[str, Any]]
    sql: str
    truncated: bool


class Warehouse:
    """The canonical tables on one engine, safe to share between threads."""

    def __init__(self, engine: Engine, *, row_cap: int, seconds: float, count_by: CountBy = "account") -> None:
        self.engine = engine
        self.count_by = count_by
        self.row_cap = row_cap
        self.seconds = seconds
        self._spans: dict[str, tuple[date | None, date | None]] = {}
        self._told: dict[str, Frame] = {}

    @classmethod
    def open(cls, path: Path, *, row_cap: int, seconds: float, count_by: CountBy = "account") -> Warehouse:
        """Open a DuckDB file for reading; customers are accounts as loaded, or persons.

        Raises NoData when there is no such file yet, when it is damaged, or no accounts are linked to count persons.
        """
        engine = DuckEngine(path, by_person=count_by == "person")
        if count_by == "person" and engine.link_run is None:
            engine.close()
            raise NoData("not_linked")
        return cls(engine, row_cap=row_cap, seconds=seconds, count_by=count_by)

    def close(self) -> None:
        self.engine.close()

    @property
    def link_run(self) -> int | None:
        """The run of account linking in force, None for none."""
        return self.engine.link_run

    @property
    def keeps_facts(self) -> bool:
        """Whether customers' facts are stored, or worked out in each query that reads them."""
        return self.engine.keeps_facts

    def sql(self, expression: Table) -> str:
        """The query as it runs on this engine."""
        return self.engine.sql(expression)

    def run(self, expression: Table, beside: Frames | None = None) -> Rows:
        """Run one expression, with the frames `beside` as further tables.

        Raises NoData when it takes longer than the allowed seconds.
        """
        found = self.engine.first(expression, beside or {}, most=self.row_cap + 1, seconds=self.seconds)
        records = [dict(zip(found.columns, row, strict=True)) for row in found.rows[: self.row_cap]]
        return Rows(found.columns, records, found.sql, truncated=len(found.rows) > self.row_cap)

    def told(self, expression: Table) -> Frame:
        """Every row of an expression that is asked again and again: run once, where the tables cannot change.

        Of all of them the last few are remembered.
        """
        if not self.engine.unchanging:
            return self.whole(expression)
        key = self.sql(expression)
        found = self._told.get(key) or self.whole(expression)
        kept = [(sql, frame) for sql, frame in list(self._told.items()) if sql != key]
        self._told = dict([*kept[1 - TOLD :], (key, found)])
        return found

    def stream(
        self, expression: Table, beside: Frames | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Every row of an expression in batches, past the row cap and for as long as it takes: for files."""
        yield from self.engine.batches(expression, beside or {}, rows=rows, seconds=threading.TIMEOUT_MAX)

    def whole(self, expression: Table, beside: Frames | None = None) -> Frame:
        """Every row of an expression, past the row cap: to be given `beside` to further queries."""
        return self.engine.whole(expression, beside or {}, seconds=self.seconds)

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
    def snapshot_days(self) -> dict[str, frozenset[date]]:
        """Version of the tier rules -> days whose membership is stored."""
        days = table("tier_snapshots").select("rules_version", "as_of").distinct()
        found: dict[str, set[date]] = {}
        for row in self.run(days).records:
            found.setdefault(row["rules_version"], set()).add(row["as_of"])
        return {version: frozenset(days) for version, days in found.items()}

    def has_cells(self, day: date, rules_version: str) -> bool:
        """Whether the tables of `tools.cells` are stored, and of this day and these rules."""
        return self.keeps_facts and self._cells == [{"as_of": day, "rules_version": rules_version}]

    @cached_property
    def _cells(self) -> list[dict[str, Any]]:
        return self.run(table("cells")).records if self.engine.keeps_cells else []

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


def _count_values(name: str) -> Table:
    source = table(name)
    counts = {column: source[column].count() for column in source.columns}
    return source.agg(**{"*": source.count()}, **counts)
