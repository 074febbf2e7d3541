"""Amounts of a workspace are in one currency: what names another is set aside or refused, since sums would mix them."""

from __future__ import annotations

import duckdb

from tools.errors import BadArgument
from tools.loading import values
from tools.loading.report import Note
from tools.loading.staging import drop_aside, move_aside

# "$" is many a country's dollar, "¥" and "元" several currencies: unless a cell says more, the workspace's own.
_SHARED = {
    "USD": ("us|美", {"HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MXN"}),
    "CNY": ("rmb|cny|人民", {"JPY", "HKD", "TWD"}),
}


def settle(
    con: duckdb.DuckDBPyConnection, *, has_column: bool, typed: bool = False, name: str, file: str, currency: str = ""
) -> list[Note]:
    """Keep the workspace's `currency`, else the commonest that `amount` of `cleaned` (or its column `currency`) names.

    Rows that name another go to `aside` with reason other_currency; rows that name none stay. Amounts that are
    numbers by type (`typed`) name none.

    Raises BadArgument `file_currency` where most rows name another currency than the workspace's.
    """
    if typed and not has_column:
        return []
    marks = _marks(has_column, currency)
    found = con.execute(
        f"SELECT {marks} AS mark, count(*) AS n FROM cleaned WHERE mark IS NOT NULL GROUP BY 1 ORDER BY n DESC, mark"
    ).fetchall()
    if not found:
        return []
    commonest, count = found[0]
    (total,) = con.execute("SELECT count(amount) FROM cleaned").fetchone() or (0,)
    kept, most = currency or commonest, 2 * count > total
    if commonest != kept and most:
        raise BadArgument("file_currency", file=file, column=name, given=commonest, currency=kept)
    others = [(mark, n) for mark, n in found if mark != kept]
    if others:
        other = f"SELECT row_number FROM cleaned WHERE {marks} <> {values.quoted(kept)}"
        move_aside(con, "other_currency", f"row_number IN ({other})")
        drop_aside(con, "cleaned")
        names = ", ".join(str(mark) for mark, _ in others)
        params = {"column": name, "currency": kept, "count": sum(n for _, n in others), "others": names}
        return [Note(key="other_currencies", params=params)]
    return [Note(key="currency_named", params={"column": name, "currency": kept})] if most and not currency else []


def _marks(has_column: bool, currency: str) -> str:
    """SQL for the currency that a row names, NULL for none; plain numbers are told apart cheaply."""
    amount = "CAST(amount AS VARCHAR)"
    named = _named(amount, currency)
    if has_column:
        named = f"coalesce({_named('currency', currency)}, upper(currency), {named})"
    plain = r"regexp_full_match(CAST(amount AS VARCHAR), '[-+]?\d+(\.\d*)?')"
    return f"CASE WHEN {'currency IS NULL AND ' if has_column else ''}{plain} THEN NULL ELSE {named} END"


def _named(text: str, currency: str) -> str:
    named = values.currency(text)
    for usual, (sure, users) in _SHARED.items():
        if currency in users:
            named = (
                f"CASE WHEN {named} = '{usual}' AND NOT regexp_matches(lower({text}), {values.quoted(sure)}) "
                f"THEN {values.quoted(currency)} ELSE {named} END"
            )
    return named
