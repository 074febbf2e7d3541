"""Ids that a spreadsheet or data frame changed on their way: "123.0", 1.2E+10, 123 for 00123.

What can be told is mended and said; ids that lost digits are set aside or left empty, and ids that
may have lost leading zeros are only pointed out: padding them is the user's decision (`--map …:00000`).
"""

from __future__ import annotations

import duckdb

from tools.loading.report import Note
from tools.loading.values import plain

_BESIDE = {"customer_id": ["customers", "orders"], "product_id": ["products", "order_items"]}
"""Tables that hold the same ids, to compare widths with."""


def whole(text: str) -> str:
    """SQL: the id without the ".0" put behind whole numbers."""
    return rf"CASE WHEN ends_with({text}, '.0') THEN regexp_replace({text}, '^(\d+)\.0$', '\1') ELSE {text} END"


def was_decimal(text: str) -> str:
    return rf"(ends_with({text}, '.0') AND regexp_full_match({text}, '\d+\.0'))"


def unusable(text: str) -> str:
    """SQL: whether a spreadsheet wrote the id as 6.22202E+18 and its last digits are lost."""
    return rf"({text} ILIKE '%e+%' AND regexp_full_match({text}, '\d(\.\d+)?[eE]\+\d+'))"


def damaged(con: duckdb.DuckDBPyConnection, field: str) -> tuple[int, int]:
    """How many ids of `cleaned` were made decimals, and how many lost digits."""
    ((decimals, lost),) = con.execute(
        f"SELECT count(*) FILTER (WHERE {was_decimal(field)}), count(*) FILTER (WHERE {unusable(field)}) "
        f"FROM cleaned WHERE NOT {plain(field)}"
    ).fetchall()
    return decimals, lost


def padded(text: str, zeros: str) -> str:
    """SQL: a shorter number filled up with leading zeros to the width of `zeros`."""
    short = rf"length({text}) < {len(zeros)} AND regexp_full_match({text}, '\d+')"
    return f"CASE WHEN {short} THEN lpad({text}, {len(zeros)}, '0') ELSE {text} END"


def lost_zeros(con: duckdb.DuckDBPyConnection, table: str, field: str, *, flag: str, name: str) -> list[Note]:
    """Point out ids of `cleaned` that look as if their leading zeros were lost.

    Compared with the other rows of the column, and with the tables that hold the same ids.
    """
    own = _width(con, "cleaned", field)
    if own:
        count = _shorter(con, field, own, "true")
        return [_note(count, own, flag, name)] if count else []
    for other in _BESIDE.get(field, []):
        width = _width(con, other, field) if other != table else 0
        if width:
            known = f"lpad({field}, {width}, '0') IN (SELECT {field} FROM {other})"
            if count := _shorter(con, field, width, known):
                return [_note(count, width, flag, name)]
    return []


def _width(con: duckdb.DuckDBPyConnection, table: str, field: str) -> int:
    """The one width that all numbers with a leading zero share and none exceeds; 0 without such a width."""
    row = con.execute(
        rf"SELECT min(length({field})) FILTER (WHERE {field} LIKE '0_%'), max(length({field})) "
        # Numbers sort before ':', which passes over columns of other ids without reading them.
        rf"FROM {table} WHERE {field} < ':' AND regexp_full_match({field}, '\d+')"
    ).fetchone()
    return row[0] if row and row[0] and row[0] == row[1] else 0


def _shorter(con: duckdb.DuckDBPyConnection, field: str, width: int, condition: str) -> int:
    row = con.execute(
        rf"SELECT count(*) FROM (SELECT DISTINCT {field} FROM cleaned) "
        rf"WHERE length({field}) < {width} AND regexp_full_match({field}, '[1-9]\d*') AND {condition}"
    ).fetchone()
    return row[0] if row else 0


def _note(count: int, width: int, flag: str, name: str) -> Note:
    # No example: the column may hold phone numbers.
    params = {"column": name, "count": count, "width": width, "flag": f"--map {flag}={name}:{'0' * width}"}
    return Note(key="lost_zeros", params=params)
