"""Rows of a sheet that say the same, and orders that share an id."""

from __future__ import annotations

import duckdb

from tools.loading.staging import digest

_KEYLESS = "hash(NULL::VARCHAR, true), hash(NULL::VARCHAR, false)"


def find_twins(con: duckdb.DuckDBPyConnection, key: str = "", apart: str = "false") -> int:
    """Fill `alike` (row_number, key) and `twins` (row_number, occurrence, digest of all cells); return their rows.

    Of rows that say the same in every column, `occurrence` counts each from 1. Rows without a key are there, too.
    Hashes are compared first, of every cell, or of the column `key` of `parsed` and a condition `apart` (true or
    false, never NULL) that rows with the same key may differ in: hardly any row shares its hash with another, and
    only those that do are compared in full.
    """
    columns = con.execute("DESCRIBE stage").fetchall()[1:]
    cells = ", ".join(f"coalesce({name}, '')" if kind == "VARCHAR" else name for name, kind, *_ in columns)
    where, told = ("parsed", f"{key}, {apart}") if key else ("stage", cells)
    coded = f"SELECT row_number, {key or 'NULL'} AS key, hash({told}) AS code FROM {where}"
    keyless = f"OR code IN ({_KEYLESS})" if key else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE codes AS SELECT code FROM ({coded}) GROUP BY code HAVING count(*) > 1 {keyless}"
    )
    some = con.execute("SELECT 1 FROM codes LIMIT 1").fetchall()
    con.execute(
        "CREATE OR REPLACE TEMP TABLE alike AS "
        f"SELECT row_number, key FROM ({coded}{'' if some else ' LIMIT 0'}) SEMI JOIN codes USING (code)"
    )
    alike = "SEMI JOIN alike USING (row_number)" if some else "LIMIT 0"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE twins AS
        SELECT row_number, digest, row_number() OVER (PARTITION BY digest ORDER BY row_number) AS occurrence
        FROM (SELECT row_number, {digest(len(columns))} AS digest FROM stage {alike})""")
    return con.execute("SELECT count(*) FROM alike").fetchall()[0][0]


def repeated_ids(con: duckdb.DuckDBPyConnection, mark: int) -> int:
    """Orders from row `mark` on beyond the first of each id and kind."""
    return con.execute(f"""
        SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (
            SELECT count(*) AS n FROM orders SEMI JOIN alike ON alike.key = orders.order_id
            WHERE orders.rowid >= {mark} GROUP BY orders.order_id, orders.kind)""").fetchall()[0][0]
