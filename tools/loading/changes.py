"""Which days' orders a load changes, told from the rows that it takes out and puts in, not from all of them."""

from __future__ import annotations

from datetime import date

import duckdb

from tools.facts import UNCHANGED


def watch(con: duckdb.DuckDBPyConnection) -> None:
    """Begin: `changed` gets a line for every day's rows that go or come, `last_before` the last day until now."""
    con.execute("CREATE OR REPLACE TEMP TABLE changed (order_date DATE, orders BIGINT, codes HUGEINT)")
    con.execute("CREATE OR REPLACE TEMP TABLE last_before AS SELECT max(order_date) AS day FROM orders")


def note(con: duckdb.DuckDBPyConnection, sign: str, rows: str) -> None:
    """Tell of orders that come ("+") or are about to go ("-"): those that meet the condition `rows`.

    A day is as before when as many rows with the same sum of hashes came as went.
    """
    if _last_before(con):
        con.execute(
            f"INSERT INTO changed SELECT order_date, {sign}count(*), {sign}sum(hash(orders)) "
            f"FROM orders WHERE {rows} GROUP BY 1"
        )


def first_change(con: duckdb.DuckDBPyConnection) -> date:
    """First day whose orders differ from before, UNCHANGED for none."""
    changed = "changed GROUP BY order_date HAVING sum(orders) <> 0 OR sum(codes) <> 0"
    days = f"(SELECT order_date FROM {changed})" if _last_before(con) else "orders"
    return con.execute(f"SELECT min(order_date) FROM {days}").fetchall()[0][0] or UNCHANGED


def is_appended(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether all that changed lies after the last day before."""
    last = _last_before(con)
    return last is not None and first_change(con) > last


def _last_before(con: duckdb.DuckDBPyConnection) -> date | None:
    return con.execute("SELECT day FROM last_before").fetchall()[0][0]
