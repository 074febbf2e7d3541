"""Marks of erased accounts: SHA-256 of a salt and the account's number, kept with the data.

A mark cannot be read back. Whoever holds the file and guesses a number can test the guess, which is what a load does.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

import duckdb


def add_marks(con: duckdb.DuckDBPyConnection, accounts: Iterable[str], at: datetime) -> None:
    """Keep marks of these accounts; the workspace's salt is made with the first."""
    rows = con.execute("SELECT salt FROM erased LIMIT 1").fetchall()
    salt = rows[0][0] if rows else secrets.token_hex(16)
    con.executemany("INSERT INTO erased VALUES (?, ?, ?)", [(_mark(salt, account), salt, at) for account in accounts])


def _mark(salt: str, account: str) -> str:
    return hashlib.sha256(f"{salt}{account}".encode()).hexdigest()


def is_erased(con: duckdb.DuckDBPyConnection) -> str:
    """Condition on a row's customer_id that holds for erased accounts; "false" while nobody was erased."""
    rows = con.execute("SELECT salt FROM erased LIMIT 1").fetchall()
    if not rows:
        return "false"
    return f"coalesce(sha256('{rows[0][0]}' || customer_id) IN (SELECT mark FROM erased), false)"
