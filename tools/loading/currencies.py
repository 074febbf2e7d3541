"""Amounts of one column are in one currency: rows in another are set aside, since sums would mix them."""

from __future__ import annotations

import duckdb

from tools.loading import values
from tools.loading.report import Note
from tools.loading.staging import drop_aside, move_aside


def settle(con: duckdb.DuckDBPyConnection, *, has_column: bool, name: str) -> list[Note]:
    """Keep the commonest currency that `amount` of `cleaned` (or its column `currency`) names.

    Rows that name another go to `aside` with reason other_currency; rows that name none stay.
    """
    named = values.currency("amount")
    if has_column:
        named = f"coalesce({values.currency('currency')}, upper(currency), {named})"
    plain = r"regexp_full_match(amount, '[-+]?\d+(\.\d*)?')"
    marks = f"CASE WHEN {'currency IS NULL AND ' if has_column else ''}{plain} THEN NULL ELSE {named} END"
    found = con.execute(
        f"SELECT {marks} AS mark, count(*) AS n FROM cleaned WHERE mark IS NOT NULL GROUP BY 1 ORDER BY n DESC, mark"
    ).fetchall()
    if not found:
        return []
    (kept, count), others = found[0], found[1:]
    if others:
        other = f"SELECT row_number FROM cleaned WHERE {marks} <> {values.quoted(kept)}"
        move_aside(con, "other_currency", f"row_number IN ({other})")
        drop_aside(con, "cleaned")
        names = ", ".join(str(mark) for mark, _ in others)
        params = {"column": name, "currency": kept, "count": sum(n for _, n in others), "others": names}
        return [Note(key="other_currencies", params=params)]
    (total,) = con.execute("SELECT count(amount) FROM cleaned").fetchone() or (0,)
    return [Note(key="currency_named", params={"column": name, "currency": kept})] if 2 * count > total else []
