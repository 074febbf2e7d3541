"""Certain links: two accounts hold the same phone, e-mail or member number, or share a device and no more."""

from __future__ import annotations

import duckdb

from tools.identity.accounts import KEYS

# A household shares its tablet, so a device counts only where the names do not contradict it.
_AND = {"device_id": "AND (l.name IS NULL OR r.name IS NULL OR l.name = r.name)"}


def find_rule_links(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the temporary table `ruled` from `accounts`: one, other (one < other), rule ("phone", "email+phone")."""
    pairs = " UNION ALL ".join(
        f"SELECT l.customer_id AS one, r.customer_id AS other, '{key}' AS rule FROM accounts l JOIN accounts r "
        f"ON l.{key} = r.{key} AND l.customer_id < r.customer_id {_AND.get(key, '')}"
        for key in KEYS
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ruled AS "
        f"SELECT one, other, string_agg(rule, '+' ORDER BY rule) AS rule FROM ({pairs}) GROUP BY one, other"
    )
