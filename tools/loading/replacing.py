"""Put the entries of a load into a canonical table, in place of the rows that say the same thing."""

from __future__ import annotations

import duckdb

from tools.loading import changes
from tools.loading.staging import is_view
from tools.schema import TABLES


def replace_orders(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Put `entries` into `orders` or `order_items` in place of rows with their order id and kind.

    A refund dated on its own leaves the sale; a status that turned a sale replaces both by what it says now.

    Returns the first rowid of what was put in.
    """
    if _holds_rows(con, table):
        # A table, not the view: its size tells DuckDB to look the few up in the many.
        con.execute(
            "CREATE OR REPLACE TEMP TABLE named AS SELECT order_id, kind FROM entries "
            "UNION ALL SELECT order_id, unnest(['sale', 'refund']) FROM entries WHERE turned"
        )
        delete_orders(con, table, "named")
    return insert(con, table)


def delete_orders(con: duckdb.DuckDBPyConnection, table: str, keys: str) -> None:
    """Delete the rows of `orders` or `order_items` whose order_id and kind are in the table `keys`."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT {table}.rowid AS place FROM {table} "
        f"SEMI JOIN {keys} ON {keys}.order_id = {table}.order_id AND {keys}.kind = {table}.kind"
    )
    if con.execute("SELECT 1 FROM gone LIMIT 1").fetchall():
        if table == "orders":
            changes.note(con, "-", "rowid IN (FROM gone)")
        con.execute(f"DELETE FROM {table} WHERE rowid IN (FROM gone)")


def replace_keys(con: duckdb.DuckDBPyConnection, table: str, key: list[str]) -> None:
    """Put `entries` into a table in place of rows with their key, in which nothing is a value as well."""
    if _holds_rows(con, table):
        same = " AND ".join(f"entries.{name} IS NOT DISTINCT FROM {table}.{name}" for name in key)
        con.execute(f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM entries WHERE {same})")
    insert(con, table)


def insert(con: duckdb.DuckDBPyConnection, table: str, entries: str = "entries") -> int:
    """Put `entries` into a table; return the first rowid of theirs."""
    mark = con.execute(f"SELECT coalesce(max(rowid) + 1, 0) FROM {table}").fetchall()[0][0]
    have = {row[0] for row in con.execute(f"DESCRIBE {entries}").fetchall()}
    columns = [f"CAST({_stored(name)} AS {kind}) AS {name}" for name, kind in TABLES[table].items()
               if name in have or name == "order_date"]  # fmt: skip
    order = "ORDER BY row_number" if "row_number" in have and not is_view(con, "judged") else ""  # a view has its own
    con.execute(f"INSERT INTO {table} BY NAME SELECT {', '.join(columns)} FROM {entries} {order}")
    if table == "orders":
        changes.note(con, "+", f"rowid >= {mark}")
    return mark


def _holds_rows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall())


def _stored(name: str) -> str:
    return "ordered_at" if name == "order_date" else name
