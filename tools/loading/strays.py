"""Rows that are no data: headers repeated further down, and totals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import duckdb

from tools.loading.columns import Recognised, known_headers, normal, rules
from tools.loading.sheet import Sheet
from tools.loading.staging import move_aside
from tools.loading.texts import Tidy
from tools.loading.values import is_one, plain, quoted

_TELLING = ("customer_id", "order_id", "campaign_id", "product_id")


def set_strays_aside(
    con: duckdb.DuckDBPyConnection, sheet: Sheet, reading: Recognised, tidy: Mapping[str, Tidy]
) -> None:
    """Move header and total rows from `stage` to `aside`, with reasons header_row and total_row.

    `tidy` are the fields known to need no cleaning: what their cells cannot be is not looked for.
    """
    texts = {at for at in range(len(sheet.headers)) if at not in sheet.kinds}
    known = {at: tidy[field] for field, at in reading.taken.items() if field in tidy}
    headed = [at for at in reading.taken.values() if sheet.headers[at] and at in texts]
    if sheet.has_header and sum(_may_head(known.get(at), sheet.headers[at]) for at in headed) > 1:
        same = (f"CAST(trim(c{at}) IS NOT DISTINCT FROM {quoted(sheet.headers[at])} AS INTEGER)" for at in headed)
        move_aside(con, "header_row", f"{' + '.join(same)} > 1")
        _second_header(con, reading)
    names = (*_TELLING, reading.rule.date)
    told = {0, *(at for name, at in reading.taken.items() if name in names)} & texts
    words = _total_words()
    totals = " OR ".join(f"NOT {plain(f'c{at}')} AND {is_one(f'c{at}', words)}"
                         for at in sorted(told) if at not in known or known[at].may_hold({*words}))  # fmt: skip
    if totals:
        move_aside(con, "total_row", f"coalesce({totals}, false)")


def _may_head(tidy: Tidy | None, header: str) -> bool:
    """Whether a column may hold its own header again, or one in another language."""
    if tidy is None or tidy.may_hold({header.lower()}):
        return True
    return bool(tidy.words) and any(normal(word) in known_headers() for word in tidy.words)


@cache
def _total_words() -> list[str]:
    """Every way to write a word for a total, in lower case."""
    words = [str(word).lower() for word in rules()["total"]]
    words += [" ".join(word) for word in words if len(word) == 2]  # 合 计
    return sorted({word + mark for word in words for mark in ("", " ", ":", "：")})


def _second_header(con: duckdb.DuckDBPyConnection, reading: Recognised) -> None:
    """The row below the header may say the same in the other language."""
    cells = ", ".join(f"CAST(c{at} AS VARCHAR)" for at in reading.taken.values())
    first = "row_number = (SELECT min(row_number) FROM stage)"
    row = con.execute(f"SELECT row_number, {cells} FROM stage WHERE {first}").fetchone()
    if row and sum(normal(cell or "") in known_headers() for cell in row[1:]) > 1:
        move_aside(con, "header_row", f"row_number = {row[0]}")
