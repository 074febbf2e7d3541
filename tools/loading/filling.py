"""Judge parsed rows and put the good ones into the canonical tables.

Temporary table or view `judged`: every parsed row with `reason`, NULL for a row that is kept; view
`entries`: what the kept rows put into the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tools.loading import values
from tools.loading.cleaning import Source, kind_of
from tools.loading.columns import TableRule
from tools.loading.report import Note
from tools.loading.staging import digest, is_view
from tools.schema import MONEY, TABLES

Connection = duckdb.DuckDBPyConnection

_TURNED = "is_refund AND amount > 0 AS turned"
_GOOD = "(SELECT * FROM judged WHERE reason IS NULL)"


@dataclass(frozen=True)
class Filled:
    """What became of a sheet's parsed rows: how many are kept, and remarks."""

    kept: int
    notes: list[Note]


def fill(con: Connection, source: Source, *, loaded_at: datetime) -> Filled:
    """Judge `parsed` and replace the rows of the canonical table that share a key with the good ones."""
    steps: dict[str, Callable[[Connection, Source, datetime], Filled]] = {"orders": _orders, "order_items": _lines}
    return steps.get(source.table, _others)(con, source, loaded_at)


def _orders(con: Connection, source: Source, loaded_at: datetime) -> Filled:
    _find_twins(con, "order_id" if source.has("order_id") else "")
    # What can be read again costs less read again than kept: a view of a view of the file.
    con.execute(f"""
        CREATE TEMP {"VIEW" if is_view(con, "parsed") else "TABLE"} judged AS
        WITH numbered AS (
            SELECT parsed.* EXCLUDE (digest), {"twins" if source.has("order_id") else "parsed"}.digest,
                coalesce(occurrence, 1) AS occurrence FROM parsed LEFT JOIN twins USING (row_number)),
        signed AS (SELECT *, {_is_refund(con, source, "units")} AS is_refund FROM numbered)
        SELECT * REPLACE ({_signed("amount")} AS amount,
                          coalesce(order_id, 'row-' || left(md5(digest || '-' || occurrence), 16)) AS order_id),
            {_kind()} AS kind, {_TURNED}, order_id IS NULL AS nameless,
            CASE {_order_reasons(con, loaded_at, source)}
                WHEN order_id IS NOT NULL AND occurrence > 1 THEN 'duplicate' END AS reason
        FROM signed""")
    counts = _counts(
        con, kept="true", made_order_ids="nameless", identical_rows="nameless AND occurrence > 1", **_amounts(source)
    )
    _enter(con, source, counts["refunds_by_status"])
    mark = _count(con, "SELECT coalesce(max(rowid) + 1, 0) FROM orders")
    _replace(con, "orders", _same_order("orders"))
    repeated = _repeated(con, mark) if source.has("order_id") else 0
    return Filled(counts.pop("kept"), _notes(repeated_order_ids=repeated, **counts))


def _find_twins(con: Connection, key: str = "") -> None:
    """Fill `alike` (row_number, key) and `twins` (row_number, occurrence, digest of all cells).

    Of rows that say the same in every column, `occurrence` counts each from 1. Rows without a key are there, too.
    Hashes are compared first, of the column `key` where one tells rows apart, else of every cell: hardly any
    row shares its hash with another, and only those that do are compared in full.
    """
    columns = con.execute("DESCRIBE stage").fetchall()[1:]
    cells = ", ".join(f"coalesce({name}, '')" if kind == "VARCHAR" else name for name, kind, *_ in columns)
    where, or_none = ("cleaned", "OR any_value(key) IS NULL") if key else ("stage", "")
    coded = f"SELECT row_number, {key or 'NULL'} AS key, hash({key or cells}) AS code FROM {where}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE alike AS
        SELECT row_number, key FROM ({coded})
        SEMI JOIN (SELECT code FROM ({coded}) GROUP BY code HAVING count(*) > 1 {or_none}) USING (code)
        """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE twins AS
        SELECT row_number, digest, row_number() OVER (PARTITION BY digest ORDER BY row_number) AS occurrence
        FROM (SELECT row_number, {digest(len(columns))} AS digest FROM stage SEMI JOIN alike USING (row_number))""")


def _repeated(con: Connection, mark: int) -> int:
    """Orders from row `mark` on beyond the first of each id and kind."""
    return _count(con, f"""
        SELECT coalesce(sum(n - 1), 0) FROM (
            SELECT count(*) AS n FROM orders SEMI JOIN alike ON alike.key = orders.order_id
            WHERE orders.rowid >= {mark} GROUP BY orders.order_id, orders.kind)""")


def _lines(con: Connection, source: Source, loaded_at: datetime) -> Filled:
    _find_twins(con)
    alone = source.has("customer_id", "ordered_at")
    amount = "amount" if source.has("amount") else _product()
    con.execute(f"""
        CREATE TEMP TABLE judged AS
        WITH known AS (
            SELECT DISTINCT ON (order_id) order_id, customer_id AS buyer, ordered_at AS bought_at, kind AS order_kind
            FROM orders ORDER BY order_id, kind DESC),
        joined AS (
            SELECT parsed.* REPLACE ({amount} AS amount), {_owner(alone)} FROM parsed LEFT JOIN known USING (order_id)),
        placed AS (
            SELECT * REPLACE (coalesce(customer_id, buyer) AS customer_id,
                              coalesce(ordered_at, bought_at) AS ordered_at), coalesce(occurrence, 1) AS occurrence
            FROM joined LEFT JOIN twins USING (row_number)),
        signed AS (
            SELECT *, {_is_refund(con, source, "quantity")} OR coalesce(order_kind = 'refund', false) AS is_refund
            FROM placed)
        SELECT * REPLACE ({_signed("amount")} AS amount, coalesce(order_id,
                   'visit-' || left(md5(customer_id || '|' || ordered_at), 16)) AS order_id),
            {_kind()} AS kind, {_TURNED}, CAST(ordered_at AS DATE) AS order_date, order_id IS NULL AS nameless,
            CASE {"" if alone else "WHEN buyer IS NULL THEN 'unknown_order'"} {_order_reasons(con, loaded_at, source)}
                WHEN line_id IS NOT NULL AND occurrence > 1 THEN 'duplicate' END AS reason
        FROM signed""")
    counts = _counts(con, kept="true", identical_lines="occurrence > 1", **_amounts(source))
    _enter(con, source, counts["refunds_by_status"])
    if alone:
        _orders_from_lines(con)
    _replace(con, "order_items", _same_order("order_items"))
    shared = _count(
        con, f"SELECT count(*) FROM (SELECT order_id FROM {_GOOD} GROUP BY 1 HAVING count(DISTINCT customer_id) > 1)"
    )
    nameless = _count(con, f"SELECT count(DISTINCT order_id) FILTER (WHERE nameless) FROM {_GOOD}")
    kept, copies = counts.pop("kept"), counts.pop("identical_lines")
    return Filled(kept, _notes(identical_lines=copies, shared_order_ids=shared, made_visits=nameless, **counts))


def _orders_from_lines(con: Connection) -> None:
    """Add up lines to orders, except where an order file already said what the order came to.

    A stored order came from its lines when it equals their sum; then it follows them.
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE summed AS
        SELECT order_id, kind FROM (
            SELECT order_id, kind FROM entries UNION SELECT order_id, 'sale' FROM entries WHERE turned) LEFT JOIN
            (SELECT order_id, kind, sum(amount) AS stated FROM orders GROUP BY ALL) USING (order_id, kind) LEFT JOIN
            (SELECT order_id, kind, sum(amount) AS added FROM order_items GROUP BY ALL) USING (order_id, kind)
        WHERE stated IS NULL OR stated = added""")
    _delete(con, "orders", "EXISTS (FROM summed WHERE orders.order_id = summed.order_id AND orders.kind = summed.kind)")
    con.execute(f"""
        INSERT INTO orders BY NAME
        SELECT order_id, customer_id, min(ordered_at) AS ordered_at, CAST(min(ordered_at) AS DATE) AS order_date, kind,
            CAST(sum(amount) AS {MONEY}) AS amount, sum(quantity) AS units, min(channel) AS channel, min(city) AS city,
            min(region) AS region
        FROM entries SEMI JOIN summed USING (order_id, kind)
        GROUP BY order_id, customer_id, kind""")


def _others(con: Connection, source: Source, loaded_at: datetime) -> Filled:
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
        CREATE TEMP TABLE judged AS
        WITH first AS (SELECT * {arm}, CASE {reasons} END AS fault FROM parsed),
        ranked AS (SELECT *, row_number() OVER (PARTITION BY digest ORDER BY row_number DESC) AS copy,
            row_number() OVER (PARTITION BY fault IS NULL, {", ".join(rule.key)} ORDER BY {_newest(rule)}) AS later
            FROM first)
        SELECT * EXCLUDE (fault), CASE WHEN fault IS NOT NULL THEN fault {once} END AS reason FROM ranked""")
    con.execute(f"CREATE TEMP VIEW entries AS {_GOOD}")
    _replace(con, source.table, _same_key(source.table, rule.key))
    counts = _counts(con, kept="true", identical_rows="false" if rule.once else "copy > 1")
    return Filled(counts.pop("kept"), _notes(**counts))


def _same_key(table: str, key: list[str]) -> str:
    return " AND ".join(f"entries.{name} IS NOT DISTINCT FROM {table}.{name}" for name in key)


def _same_order(table: str) -> str:
    """A refund dated on its own leaves the sale; a status that turned a sale replaces both by what it says now."""
    return f"entries.order_id = {table}.order_id AND (entries.kind = {table}.kind OR entries.turned)"


def _newer_stored(table: str, key: list[str]) -> str:
    same = " AND ".join(f"stored.{name} IS NOT DISTINCT FROM parsed.{name}" for name in key)
    return f"EXISTS (SELECT 1 FROM {table} AS stored WHERE {same} AND stored.updated_at > parsed.updated_at)"


def _newest(rule: TableRule) -> str:
    """Which of several rows with one key counts: the latest, then the fullest, then one that no order of rows picks."""
    filled = " + ".join(f"({name} IS NOT NULL)::INT" for name in rule.columns)
    return f"{f'{rule.date} DESC NULLS LAST, ' if rule.date else ''}{filled} DESC, digest DESC, row_number DESC"


def _replace(con: Connection, table: str, same: str) -> None:
    """Put the entries into a table, in place of those rows that are the `same`, a condition on both."""
    _delete(con, table, f"EXISTS (SELECT 1 FROM entries WHERE {same})")
    have = {row[0] for row in con.execute("DESCRIBE entries").fetchall()}
    columns = [f"CAST({_stored(name)} AS {kind}) AS {name}" for name, kind in TABLES[table].items()
               if name in have or name == "order_date"]  # fmt: skip
    order = "" if is_view(con, "judged") else "ORDER BY row_number"  # a view gives the file's own order
    con.execute(f"INSERT INTO {table} BY NAME SELECT {', '.join(columns)} FROM entries {order}")


def _delete(con: Connection, table: str, condition: str) -> None:
    """Delete rows of a table; of an empty one without looking at the entries."""
    if _count(con, f"SELECT count(*) FROM {table}"):
        con.execute(f"DELETE FROM {table} WHERE {condition}")


def _stored(name: str) -> str:
    return "ordered_at" if name == "order_date" else name


def _is_refund(con: Connection, source: Source, quantity: str) -> str:
    """A status word, a yes in a refund column, a negative quantity, or a negative 'C…' invoice.

    Where a file has neither status nor quantity, nothing contradicts a negative amount: it is a refund.
    """
    marks = [
        *(_says(con, source, field, values.refund_word(field)) for field in ("status", "refund_status")),
        "refunded", f"{quantity} < 0",
        r"(regexp_matches(order_id, '^[Cc]\d') AND amount < 0)",
    ]  # fmt: skip
    if _tells_nothing(source):
        marks.append("amount < 0")
    return "(" + " OR ".join(f"coalesce({mark}, false)" for mark in marks) + ")"


def _says(con: Connection, source: Source, field: str, test: str) -> str:
    """SQL: whether a row's status means something; its different words are few, and are read once each."""
    if not source.has(field):
        return "false"
    found = con.execute(f"SELECT {field} FROM (SELECT DISTINCT {field} FROM parsed) WHERE {test} LIMIT 21").fetchall()
    if len(found) > 20:
        return test
    return f"({' OR '.join(f'{field} = {values.quoted(word)}' for (word,) in found) or 'false'})"


def _tells_nothing(source: Source) -> bool:
    return not any(source.has(name) for name in ("status", "refund_status", "refunded", "units", "quantity"))


def _enter(con: Connection, source: Source, turned: int) -> None:
    """Make the view `entries`: what the good rows of `judged` put into the table, one or two entries a row.

    An order whose status says refunded was paid first: the sale stays, the refund stands against it. A
    refunded amount beside the paid one becomes a refund of its own; the sale stays what was paid.
    """
    entries = "SELECT * FROM judged WHERE reason IS NULL"
    once = "false AS turned, false AS nameless, 1 AS occurrence"
    if turned:
        behind = f"SELECT * REPLACE (abs(amount) AS amount, 'sale' AS kind, {once}) FROM {_GOOD} WHERE turned"
        entries = f"{entries} UNION ALL {behind}"
    if source.has("refund_amount"):
        blank = "NULL AS units, NULL AS list_amount" if source.table == "orders" else "NULL AS quantity"
        entries = f"""
            WITH sold AS ({entries})
            SELECT * REPLACE (turned OR kind = 'sale' AS turned) FROM sold  -- replaces what an earlier file refunded
            UNION ALL SELECT * REPLACE (-abs(refund_amount) AS amount, 'refund' AS kind, {blank}, {once})
            FROM sold WHERE kind = 'sale' AND refund_amount <> 0"""
    con.execute(f"CREATE TEMP VIEW entries AS {entries}")


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


def _order_reasons(con: Connection, loaded_at: datetime, source: Source) -> str:
    nothing = "amount = 0 AND is_refund" if source.free_orders else "amount = 0"
    return f"""
        WHEN customer_id IS NULL THEN 'no_customer'
        WHEN ordered_at IS NULL THEN 'bad_date'
        WHEN amount IS NULL THEN 'bad_amount'
        WHEN ordered_at > TIMESTAMP '{loaded_at:%Y-%m-%d %H:%M:%S}' THEN 'future_date'
        WHEN {_says(con, source, "status", values.unpaid_word("status"))} THEN 'not_paid'
        WHEN ({nothing}) OR (amount < 0 AND NOT is_refund) THEN 'non_positive_amount'"""


def _missing(table: str, name: str) -> str:
    if name == "customer_id":
        return "no_customer"
    kind = kind_of(table, name)
    return "bad_date" if kind in ("DATE", "TIMESTAMP") else "bad_amount" if kind == MONEY else "missing_value"


def _amounts(source: Source) -> dict[str, str]:
    """Conditions on good rows: refunds known by something else than a negative sum with a mark, and amounts of 0."""
    beside = "NOT is_refund AND refund_amount <> 0" if source.has("refund_amount") else "false"
    return {
        "refunds_by_status": "is_refund AND turned",
        "refunds_by_amount": beside,
        "refunds_by_sign": "is_refund AND NOT turned" if _tells_nothing(source) else "false",
        "free_orders": "amount = 0",
    }


def _counts(con: Connection, **conditions: str) -> dict[str, int]:
    """How many good rows of `judged` meet each condition, counted in one pass."""
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions.values())
    row = con.execute(f"SELECT {counts} FROM judged WHERE reason IS NULL").fetchone()
    return dict(zip(conditions, row or (), strict=True))


def _count(con: Connection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _notes(**counts: int) -> list[Note]:
    return [Note(key=key, params={"count": count}) for key, count in counts.items() if count]
