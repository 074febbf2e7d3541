"""What a row's words and signs make of it: a sale, a refund, or no order at all. Everything here gives SQL."""

from __future__ import annotations

from datetime import datetime

import duckdb

from tools.erasure.marks import is_erased
from tools.loading import values
from tools.loading.cleaning import Source

_FEW = 20

ERASED = "erased"
"""Reason of rows of people who were erased: they are counted, their words are not kept."""
KIND = "CASE WHEN is_refund THEN 'refund' ELSE 'sale' END"


def says_refund(con: duckdb.DuckDBPyConnection, source: Source, quantity: str) -> str:
    """Whether a row says that it is a refund: by a status word, a yes in a refund column or a negative quantity."""
    marks = [
        *(_says(con, source, field, values.refund_word(field)) for field in ("status", "refund_status")),
        "refunded", f"{quantity} < 0",
    ]  # fmt: skip
    return _any(marks)


def is_refund(said: str, source: Source) -> str:
    """Whether a row is a refund: it says so, or it is a negative 'C…' invoice.

    Where a file has neither status nor quantity, nothing contradicts a negative amount: it is a refund.
    """
    marks = [said, r"CASE WHEN amount < 0 THEN regexp_matches(order_id, '^[Cc]\d') END"]
    return _any([*marks, "amount < 0"] if tells_nothing(source) else marks)


def tells_nothing(source: Source) -> bool:
    """Whether no column of the file says what a row is."""
    return not any(source.has(name) for name in ("status", "refund_status", "refunded", "units", "quantity"))


def signed(amount: str) -> str:
    return f"CASE WHEN is_refund THEN -abs({amount}) ELSE {amount} END"


def order_reasons(con: duckdb.DuckDBPyConnection, loaded_at: datetime, source: Source) -> str:
    """WHEN … THEN reason, for rows that are no paid order or refund."""
    nothing = "amount = 0 AND is_refund" if source.free_orders else "amount = 0"
    return f"""
        WHEN customer_id IS NULL THEN 'no_customer' {erased(con)}
        WHEN ordered_at IS NULL THEN 'bad_date'
        WHEN amount IS NULL THEN 'bad_amount'
        WHEN ordered_at > TIMESTAMP '{loaded_at:%Y-%m-%d %H:%M:%S}' THEN 'future_date'
        WHEN {_says(con, source, "status", values.unpaid_word("status"))} THEN 'not_paid'
        WHEN ({nothing}) OR (amount < 0 AND NOT is_refund) THEN 'non_positive_amount'"""


def erased(con: duckdb.DuckDBPyConnection) -> str:
    """WHEN … THEN reason, for rows of people who were erased; "" while nobody was."""
    condition = is_erased(con)
    return "" if condition == "false" else f"WHEN {condition} THEN '{ERASED}'"


def _any(marks: list[str]) -> str:
    return "(" + " OR ".join(f"coalesce({mark}, false)" for mark in marks) + ")"


def _says(con: duckdb.DuckDBPyConnection, source: Source, field: str, test: str) -> str:
    """Whether a row's status means something; its different words are few, and are read once each."""
    if not source.has(field):
        return "false"
    # Two statements: DuckDB would put the test of one to every row.
    words = [word for (word,) in con.execute(f"SELECT DISTINCT {field} FROM parsed LIMIT {values.FEW + 1}").fetchall()]
    if len(words) > values.FEW:
        return test
    each = f"(SELECT unnest(?::VARCHAR[]) AS {field})"
    found = con.execute(f"SELECT {field} FROM {each} WHERE {test}", [words]).fetchall()
    if len(found) > _FEW:
        return test
    return f"({' OR '.join(f'{field} = {values.quoted(word)}' for (word,) in found) or 'false'})"
