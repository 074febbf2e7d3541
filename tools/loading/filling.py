"""Judge parsed rows and put the good ones into the canonical tables.

Temporary table `judged`: every parsed row with `reason`, NULL for a row that is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import duckdb

from tools.loading import values
from tools.loading.cleaning import Source, kind_of
from tools.loading.columns import TableRule
from tools.loading.report import Note
from tools.schema import MONEY, TABLES

Connection = duckdb.DuckDBPyConnection

_OCCURRENCE = "row_number() OVER (PARTITION BY digest ORDER BY row_number) AS occurrence"
_TURNED = "is_refund AND amount > 0 AS turned"
_GOOD = "(SELECT * FROM judged WHERE reason IS NULL)"


def fill(con: Connection, source: Source, *, loaded_at: datetime) -> list[Note]:
    """Judge `parsed` and replace the rows of the canonical table that share a key with the good ones."""
    steps: dict[str, Callable[[Connection, Source, datetime], list[Note]]] = {"orders": _orders, "order_items": _lines}
    return steps.get(source.table, _others)(con, source, loaded_at)


def _orders(con: Connection, source: Source, loaded_at: datetime) -> list[Note]:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        WITH numbered AS (SELECT *, {_OCCURRENCE} FROM parsed),
        signed AS (SELECT *, {_is_refund(source, "units")} AS is_refund FROM numbered)
        SELECT * REPLACE ({_signed("amount")} AS amount,
                          coalesce(order_id, 'row-' || left(md5(digest || '-' || occurrence), 16)) AS order_id),
            {_kind()} AS kind, {_TURNED}, order_id IS NULL AS nameless,
            CASE {_order_reasons(loaded_at, source)}
                WHEN order_id IS NOT NULL AND occurrence > 1 THEN 'duplicate' END AS reason
        FROM signed""")
    _add_sales_behind(con)
    _add_refunds_beside(con, source)
    _replace(con, "orders", _same_order("orders"))
    repeated = _count(con, f"SELECT count(*) - count(DISTINCT (order_id, kind)) FROM {_GOOD}")
    nameless = _count(con, f"SELECT count(*) FILTER (WHERE nameless) FROM {_GOOD}")
    copies = _count(con, f"SELECT count(*) FILTER (WHERE nameless AND occurrence > 1) FROM {_GOOD}")
    counts = _notes(repeated_order_ids=repeated, made_order_ids=nameless, identical_rows=copies)
    return counts + _amount_notes(con, source)


def _lines(con: Connection, source: Source, loaded_at: datetime) -> list[Note]:
    alone = source.has("customer_id", "ordered_at")
    amount = "amount" if source.has("amount") else _product()
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        WITH known AS (
            SELECT DISTINCT ON (order_id) order_id, customer_id AS buyer, ordered_at AS bought_at, kind AS order_kind
            FROM orders ORDER BY order_id, kind DESC),
        joined AS (
            SELECT parsed.* REPLACE ({amount} AS amount), {_owner(alone)} FROM parsed LEFT JOIN known USING (order_id)),
        placed AS (
            SELECT * REPLACE (coalesce(customer_id, buyer) AS customer_id,
                              coalesce(ordered_at, bought_at) AS ordered_at), {_OCCURRENCE} FROM joined),
        signed AS (
            SELECT *, {_is_refund(source, "quantity")} OR coalesce(order_kind = 'refund', false) AS is_refund
            FROM placed)
        SELECT * REPLACE ({_signed("amount")} AS amount, coalesce(order_id,
                   'visit-' || left(md5(customer_id || '|' || ordered_at), 16)) AS order_id),
            {_kind()} AS kind, {_TURNED}, CAST(ordered_at AS DATE) AS order_date, order_id IS NULL AS nameless,
            CASE {"" if alone else "WHEN buyer IS NULL THEN 'unknown_order'"} {_order_reasons(loaded_at, source)}
                WHEN line_id IS NOT NULL AND occurrence > 1 THEN 'duplicate' END AS reason
        FROM signed""")
    _add_sales_behind(con)
    _add_refunds_beside(con, source)
    if alone:
        _orders_from_lines(con)
    _replace(con, "order_items", _same_order("order_items"))
    copies = _count(con, f"SELECT count(*) FILTER (WHERE occurrence > 1) FROM {_GOOD}")
    shared = _count(
        con, f"SELECT count(*) FROM (SELECT order_id FROM {_GOOD} GROUP BY 1 HAVING count(DISTINCT customer_id) > 1)"
    )
    nameless = _count(con, f"SELECT count(DISTINCT order_id) FILTER (WHERE nameless) FROM {_GOOD}")
    counts = _notes(identical_lines=copies, shared_order_ids=shared, made_visits=nameless)
    return counts + _amount_notes(con, source)


def _orders_from_lines(con: Connection) -> None:
    """Add up lines to orders, except where an order file already said what the order came to.

    A stored order came from its lines when it equals their sum; then it follows them.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE summed AS
        SELECT order_id, kind FROM (
            SELECT order_id, kind FROM {_GOOD} UNION SELECT order_id, 'sale' FROM {_GOOD} WHERE turned) LEFT JOIN
            (SELECT order_id, kind, sum(amount) AS stated FROM orders GROUP BY ALL) USING (order_id, kind) LEFT JOIN
            (SELECT order_id, kind, sum(amount) AS added FROM order_items GROUP BY ALL) USING (order_id, kind)
        WHERE stated IS NULL OR stated = added""")
    con.execute(
        "DELETE FROM orders USING summed WHERE orders.order_id = summed.order_id AND orders.kind = summed.kind"
    )
    con.execute(f"""
        INSERT INTO orders BY NAME
        SELECT order_id, customer_id, min(ordered_at) AS ordered_at, CAST(min(ordered_at) AS DATE) AS order_date, kind,
            CAST(sum(amount) AS {MONEY}) AS amount, sum(quantity) AS units, min(channel) AS channel, min(city) AS city,
            min(region) AS region
        FROM {_GOOD} SEMI JOIN summed USING (order_id, kind)
        GROUP BY order_id, customer_id, kind""")


def _others(con: Connection, source: Source, loaded_at: datetime) -> list[Note]:
    rule = source.reading.rule
    needed = [group[0] for group in rule.needs if len(group) == 1]
    reasons = " ".join(f"WHEN {name} IS NULL THEN '{_missing(source.table, name)}'" for name in needed)
    if source.table == "events":
        reasons += f" WHEN event_at > TIMESTAMP '{loaded_at:%Y-%m-%d %H:%M:%S}' THEN 'future_date'"
    if "updated_at" in TABLES[source.table]:
        reasons += f" WHEN {_newer_stored(source.table, rule.key)} THEN 'outdated'"
    once = "WHEN copy > 1 THEN 'duplicate' WHEN later > 1 THEN 'repeated_key'" if rule.once else ""
    arm = "REPLACE (coalesce(arm, 'treated') AS arm)" if source.table == "touches" else ""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        WITH first AS (SELECT * {arm}, CASE {reasons} END AS fault FROM parsed),
        ranked AS (SELECT *, row_number() OVER (PARTITION BY digest ORDER BY row_number DESC) AS copy,
            row_number() OVER (PARTITION BY fault IS NULL, {", ".join(rule.key)} ORDER BY {_newest(rule)}) AS later
            FROM first)
        SELECT * EXCLUDE (fault), CASE WHEN fault IS NOT NULL THEN fault {once} END AS reason FROM ranked""")
    _replace(con, source.table, _same_key(source.table, rule.key))
    copies = 0 if rule.once else _count(con, f"SELECT count(*) FILTER (WHERE copy > 1) FROM {_GOOD}")
    return _notes(identical_rows=copies)


def _same_key(table: str, key: list[str]) -> str:
    return " AND ".join(f"judged.{name} IS NOT DISTINCT FROM {table}.{name}" for name in key)


def _same_order(table: str) -> str:
    """A refund dated on its own leaves the sale; a status that turned a sale replaces both by what it says now."""
    return f"judged.order_id = {table}.order_id AND (judged.kind = {table}.kind OR judged.turned)"


def _newer_stored(table: str, key: list[str]) -> str:
    same = " AND ".join(f"stored.{name} IS NOT DISTINCT FROM parsed.{name}" for name in key)
    return f"EXISTS (SELECT 1 FROM {table} AS stored WHERE {same} AND stored.updated_at > parsed.updated_at)"


def _newest(rule: TableRule) -> str:
    """Which of several rows with one key counts: the latest, then the fullest, then one that no order of rows picks."""
    filled = " + ".join(f"({name} IS NOT NULL)::INT" for name in rule.columns)
    return f"{f'{rule.date} DESC NULLS LAST, ' if rule.date else ''}{filled} DESC, digest DESC, row_number DESC"


def _replace(con: Connection, table: str, same: str) -> None:
    """Put the good rows into a table, in place of those that are the `same`, a condition on both."""
    con.execute(f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM judged WHERE reason IS NULL AND {same})")
    have = {row[0] for row in con.execute("DESCRIBE judged").fetchall()}
    columns = [f"CAST({_stored(name)} AS {kind}) AS {name}" for name, kind in TABLES[table].items()
               if name in have or name == "order_date"]  # fmt: skip
    con.execute(f"INSERT INTO {table} BY NAME SELECT {', '.join(columns)} FROM {_GOOD} ORDER BY row_number")


def _stored(name: str) -> str:
    return "ordered_at" if name == "order_date" else name


def _is_refund(source: Source, quantity: str) -> str:
    """A status word, a yes in a refund column, a negative quantity, or a negative 'C…' invoice.

    Where a file has neither status nor quantity, nothing contradicts a negative amount: it is a refund.
    """
    marks = [
        values.refund_word("status"), values.refund_word("refund_status"), "refunded", f"{quantity} < 0",
        r"(regexp_matches(order_id, '^[Cc]\d') AND amount < 0)",
    ]  # fmt: skip
    if _tells_nothing(source):
        marks.append("amount < 0")
    return "(" + " OR ".join(f"coalesce({mark}, false)" for mark in marks) + ")"


def _tells_nothing(source: Source) -> bool:
    return not any(source.has(name) for name in ("status", "refund_status", "refunded", "units", "quantity"))


def _add_sales_behind(con: Connection) -> None:
    """An order whose status says refunded was paid first: the sale stays, the refund stands against it."""
    con.execute(f"""
        INSERT INTO judged SELECT * REPLACE (abs(amount) AS amount, 'sale' AS kind, false AS turned,
            false AS nameless, 1 AS occurrence)
        FROM {_GOOD} WHERE turned""")


def _add_refunds_beside(con: Connection, source: Source) -> None:
    """A refunded amount beside the paid one becomes a refund of its own; the sale stays what was paid."""
    if not source.has("refund_amount"):
        return
    blank = "NULL AS units, NULL AS list_amount" if source.table == "orders" else "NULL AS quantity"
    con.execute("UPDATE judged SET turned = true WHERE kind = 'sale'")  # replaces what an earlier file refunded
    con.execute(f"""
        INSERT INTO judged SELECT * REPLACE (-abs(refund_amount) AS amount, 'refund' AS kind, {blank},
            false AS turned, false AS nameless, 1 AS occurrence)
        FROM {_GOOD} WHERE kind = 'sale' AND refund_amount <> 0""")


def _kind() -> str:
    return "CASE WHEN is_refund THEN 'refund' ELSE 'sale' END"


def _signed(amount: str) -> str:
    return f"CASE WHEN is_refund THEN -abs({amount}) ELSE {amount} END"


def _product() -> str:
    return f"TRY_CAST(TRY_CAST(quantity AS {MONEY}) * unit_price AS {MONEY})"


def _owner(alone: bool) -> str:
    """Lines that name customer and day need no order to join."""
    known = "buyer, bought_at, order_kind"
    return "NULL AS buyer, NULL::TIMESTAMP AS bought_at, NULL AS order_kind" if alone else known


def _order_reasons(loaded_at: datetime, source: Source) -> str:
    nothing = "amount = 0 AND is_refund" if source.free_orders else "amount = 0"
    return f"""
        WHEN customer_id IS NULL THEN 'no_customer'
        WHEN ordered_at IS NULL THEN 'bad_date'
        WHEN amount IS NULL THEN 'bad_amount'
        WHEN ordered_at > TIMESTAMP '{loaded_at:%Y-%m-%d %H:%M:%S}' THEN 'future_date'
        WHEN {values.unpaid_word("status")} THEN 'not_paid'
        WHEN ({nothing}) OR (amount < 0 AND NOT is_refund) THEN 'non_positive_amount'"""


def _missing(table: str, name: str) -> str:
    if name == "customer_id":
        return "no_customer"
    kind = kind_of(table, name)
    return "bad_date" if kind in ("DATE", "TIMESTAMP") else "bad_amount" if kind == MONEY else "missing_value"


def _amount_notes(con: Connection, source: Source) -> list[Note]:
    """How many refunds are known by something else than a negative sum with a mark, and how many rows came to 0."""
    turned = _count(con, f"SELECT count(*) FROM {_GOOD} WHERE kind = 'refund' AND turned")
    beside = _count(con, f"SELECT count(*) FROM {_GOOD} WHERE kind = 'refund' AND NOT is_refund")
    signed = _count(con, f"SELECT count(*) FROM {_GOOD} WHERE is_refund AND NOT turned")
    by_sign = signed if _tells_nothing(source) else 0
    free = _count(con, f"SELECT count(*) FROM {_GOOD} WHERE amount = 0")
    return _notes(refunds_by_status=turned, refunds_by_amount=beside, refunds_by_sign=by_sign, free_orders=free)


def _count(con: Connection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _notes(**counts: int) -> list[Note]:
    return [Note(key=key, params={"count": count}) for key, count in counts.items() if count]
