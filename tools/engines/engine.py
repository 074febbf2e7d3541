"""What the warehouse asks of a place that runs queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
from ibis.expr.types import Table

Frames = Mapping[str, pa.Table]
"""Further tables of one query by name, as an expression names them (`ibis.table(…, name=…)`)."""


@dataclass(frozen=True)
class Found:
    """The first rows of one query, with Python's own types: Decimal for money, date for days."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    sql: str


@dataclass(frozen=True)
class Frame:
    """All rows of one query, in columns."""

    rows: pa.Table
    sql: str


class Engine(Protocol):
    """Runs Ibis expressions over the canonical tables (`tools.tables.table`), never writing to them.

    Safe to share between threads. Every reading method raises NoData `query_timeout` when a query
    takes longer than `seconds`.
    """

    name: str
    """Ibis' name of the backend: duckdb, postgres, pyspark, …"""
    link_run: int | None
    """The run of account linking in force, None where no accounts are linked."""
    keeps_facts: bool
    """Whether customers' facts are stored, so that reading them costs less than counting orders."""
    keeps_cells: bool
    """Whether the small tables of `tools.cells` are stored beside them."""
    unchanging: bool
    """Whether the tables stay as they are for as long as the engine is open."""

    def sql(self, expression: Table) -> str:
        """The query as it runs there."""

    def first(self, expression: Table, beside: Frames, *, most: int, seconds: float) -> Found:
        """The first `most` rows."""

    def whole(self, expression: Table, beside: Frames, *, seconds: float) -> Frame:
        """Every row."""

    def batches(self, expression: Table, beside: Frames, *, rows: int, seconds: float) -> Iterator[pa.RecordBatch]:
        """Every row, `rows` at a time, without holding them all."""

    def close(self) -> None:
        """Let go of connections."""
