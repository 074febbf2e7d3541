"""The loader's books to read again: every load, and every row set aside with its own words.

A row's text is personal data: for the operator at this machine, never for a model, a log or an error.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

from ibis import _
from ibis.expr.types import Table

from tools import tables
from tools.errors import BadArgument
from tools.results import Frozen
from tools.warehouse import Warehouse


class AsideCount(Frozen):
    """Rows of one file that were set aside for one reason."""

    table: str
    source: str
    """File, with the sheet of a workbook: "book.xlsx[订单]"."""
    reason: str
    """Catalogue entry `reason.<reason>`."""
    rows: int


class AsideRow(Frozen):
    load_id: str
    table: str
    source: str
    row: int
    """As a spreadsheet counts: the first line of the file is row 1."""
    reason: str
    text: str


class Quarantine(Frozen):
    """Rows set aside that meet the filters: all of them counted, one page of them shown."""

    total: int
    counts: list[AsideCount]
    """Most rows first; they add up to `total`."""
    rows: list[AsideRow]
    """From place `offset` on, in the order of loads and rows."""
    offset: int
    next_offset: int | None
    """Where the next page begins; None on the last."""


class Load(Frozen):
    """One file or sheet that was loaded; `read == kept + sum(set_aside.values())`."""

    load_id: str
    loaded_at: datetime
    source: str
    table: str
    read: int
    kept: int
    set_aside: dict[str, int]
    """Reason -> rows."""
    columns: dict[str, str]
    """Canonical column -> the file's column; "" when it was computed."""


def loads(warehouse: Warehouse) -> list[Load]:
    """Every load of the data at hand, the earliest first."""
    book = tables.table("loads").order_by("load_id").select(
        "load_id", "loaded_at", "source", "set_aside", "columns", table="table_name", read="rows_read", kept="rows_kept"
    )  # fmt: skip
    return [
        Load(**row | {"set_aside": json.loads(row["set_aside"]), "columns": json.loads(row["columns"])})
        for row in warehouse.run(book).records
    ]


def quarantined(
    warehouse: Warehouse, *, table: str = "", reason: str = "", load: str = "", limit: int = 50, offset: int = 0
) -> Quarantine:
    """Rows set aside, by table, reason and load id (or its beginning); "" for all.

    Raises BadArgument for a table, reason or load without a row here, or a page that cannot be.
    """
    if not 1 <= limit <= warehouse.row_cap or offset < 0:
        raise BadArgument("bad_page", limit=limit, offset=offset, most=warehouse.row_cap)
    rows = _chosen(warehouse, {"table_name": table, "reason": reason}, load)
    counts = _counted(warehouse, rows)
    page = rows.order_by("load_id", "row_number", "reason").limit(limit, offset=offset)
    page = page.select("load_id", "source", "reason", table="table_name", row="row_number", text="row_text")
    total, after = sum(count.rows for count in counts), offset + limit
    return Quarantine(
        total=total, counts=counts, rows=[AsideRow(**record) for record in warehouse.run(page).records],
        offset=offset, next_offset=after if after < total else None,
    )  # fmt: skip


def by_reason(warehouse: Warehouse) -> dict[str, int]:
    """How many rows were set aside for each reason, the most frequent first."""
    counts: Counter[str] = Counter()
    for count in _counted(warehouse, tables.table("quarantine")):
        counts[count.reason] += count.rows
    return dict(counts.most_common())


def _counted(warehouse: Warehouse, rows: Table) -> list[AsideCount]:
    counted = rows.group_by("source", "reason", table="table_name").agg(rows=_.count())
    ordered = counted.order_by(_.rows.desc(), "table", "source", "reason")
    return [AsideCount(**record) for record in warehouse.run(ordered).records]


def _chosen(warehouse: Warehouse, filters: dict[str, str], load: str) -> Table:
    rows = tables.table("quarantine")
    for column, given in filters.items():
        if given:
            _check(warehouse, column, given)
            rows = rows.filter(rows[column] == given)
    if load:
        known = [each.load_id for each in loads(warehouse)]
        if not any(load_id.startswith(load) for load_id in known):
            raise BadArgument("unknown_load", given=load, alternatives=known)
        rows = rows.filter(rows.load_id.startswith(load))
    return rows


def _check(warehouse: Warehouse, column: str, given: str) -> None:
    values = tables.table("quarantine").select(column).distinct().order_by(column)
    known = [row[column] for row in warehouse.run(values).records]
    if given not in known:
        raise BadArgument("unknown_aside", given=given, alternatives=known)
