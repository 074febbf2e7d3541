"""Rows that are no data: headers repeated further down, and totals."""

from __future__ import annotations

from functools import cache

import duckdb

from tools.loading.columns import Recognised, known_headers, normal, rules
from tools.loading.sheet import Sheet
from tools.loading.staging import move_aside
from tools.loading.values import is_one, plain, quoted

_TELLING = ("customer_id", "order_id", "campaign_id", "product_id")


def set_strays_aside(con: duckdb.DuckDBPyConnection, sheet: Sheet, reading: Recognised) -> None:
    """Move header and total rows from `stage` to `aside`, with reasons header_row and total_row."""
    texts = {at for at in range(len(sheet.headers)) if at not in sheet.kinds}
    headers = [f"CAST(trim(c{at}) IS NOT DISTINCT FROM {quoted(sheet.headers[at])} AS INTEGER)"
               for at in reading.taken.values() if sheet.headers[at] and at in texts]  # fmt: skip
    if sheet.has_header and len(headers) > 1:
        move_aside(con, "header_row", f"{' + '.join(headers)} > 1")
        _second_header(con, reading)
    names = (*_TELLING, reading.rule.date)
    told = {0, *(at for name, at in reading.taken.items() if name in names)}
    totals = " OR ".join(f"NOT {plain(f'c{at}')} AND {is_one(f'c{at}', _total_words())}" for at in sorted(told & texts))
    if totals:
        move_aside(con, "total_row", f"coalesce({totals}, false)")


@cache
def _total_words() -> list[str]:
    """Every way to write a word for a total, in lower case."""
    words = [str(word).lower() for word in rules()["total"]]
    words += [" ".join(word) for word in words if len(word) == 2]  # 合 计
    return sorted({word + mark for word in words for mark in ("", " ", ":", "：")})


def _second_header(con: duckdb.DuckDBPyConnection, reading: Recognised) -> None:
    """The row below the header may say the same in the other language."""
    cells = ", ".join(f"CAST(c{at} AS VARCHAR)" for at in reading.taken.values())
    row = con.execute(f"SELECT row_number, {cells} FROM stage ORDER BY row_number LIMIT 1").fetchone()
    if row and sum(normal(cell or "") in known_headers() for cell in row[1:]) > 1:
        move_aside(con, "header_row", f"row_number = {row[0]}")
