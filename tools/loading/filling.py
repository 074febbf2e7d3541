"""Judge parsed rows and put the good ones into the canonical tables.

Temporary table or view `judged`: every parsed row with `reason`, NULL for a row that is kept; view
`entries`: what the kept rows put into the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tools.loading import marks
from tools.loading.cleaning import Source, kind_of
from tools.loading.columns import TableRule
from tools.loading.replacing import delete_orders, insert, replace_keys, replace_orders
from tools.loading.report import Note
from tools.loading.staging import is_view
from tools.loading.twins import find_twins, repeated_ids
from tools.schema import MONEY, TABLES

Connection = duckdb.DuckDBPyConnection

_TURNED = "is_refund AND amount > 0 AS turned"
_ONCE = "false AS turned, false AS nameless, 1 AS occurrence"
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
    said, named = marks.says_refund(con, source, "units"), source.has("order_id")
    is_refund = marks.is_refund(said, source)
    # A row may become two: a sale, and the refund that a status or an amount beside it tells of.
    both = source.has("refund_amount") or _any(con, f"amount > 0 AND {said}")
    # Else the sign tells a refund from its order, which has the same id: hardly any two rows are alike.
    alike = find_twins(con, "order_id" if named else "", "false" if both else "coalesce(amount < 0, false)")
    nameless = "order_id IS NULL" if alike or not named else "false"
    # What can be read again costs less read again than kept: a view of a view of the file. The join stays where there
    # are no twins: without it, DuckDB would work out what is below it again for each place that names it.
    con.execute(f"""
        CREATE TEMP {"VIEW" if is_view(con, "parsed") else "TABLE"} judged AS
        WITH numbered AS (
            SELECT parsed.* EXCLUDE (digest), {"twins" if named else "parsed"}.digest,
                coalesce(occurrence, 1) AS occurrence FROM parsed LEFT JOIN twins USING (row_number)),
        signed AS (SELECT *, {is_refund} AS is_refund FROM numbered)
        SELECT * REPLACE ({marks.signed("amount")} AS amount,
                          coalesce(order_id, 'row-' || left(md5(digest || '-' || occurrence), 16)) AS order_id),
            {marks.KIND} AS kind, {_TURNED}, {nameless} AS nameless,
            CASE {marks.order_reasons(con, loaded_at, source)}
                WHEN order_id IS NOT NULL AND occurrence > 1 THEN 'duplicate' END AS reason
        FROM signed""")
    _enter(con, source, turned=both)
    mark = replace_orders(con, "orders")
    repeated = repeated_ids(con, mark) if named and alike else 0
    # Where every row became one of its own, what was stored tells it all.
    rows = _GOOD if both or alike or not named else f"(SELECT *, {_ONCE} FROM orders WHERE rowid >= {mark})"
    counts = _counts(
        con, rows, made_order_ids="nameless", identical_rows="nameless AND occurrence > 1", **_amounts(source)
    )
    return Filled(counts.pop("kept"), _notes(repeated_order_ids=repeated, **counts))


def _lines(con: Connection, source: Source, loaded_at: datetime) -> Filled:
    find_twins(con)
    is_refund = marks.is_refund(marks.says_refund(con, source, "quantity"), source)
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
            SELECT *, {is_refund} OR coalesce(order_kind = 'refund', false) AS is_refund FROM placed)
        SELECT * REPLACE ({marks.signed("amount")} AS amount, coalesce(order_id,
                   'visit-' || left(md5(customer_id || '|' || ordered_at), 16)) AS order_id),
            {marks.KIND} AS kind, {_TURNED}, CAST(ordered_at AS DATE) AS order_date, order_id IS NULL AS nameless,
            CASE {"" if alone else "WHEN buyer IS NULL THEN 'unknown_order'"}
                {marks.order_reasons(con, loaded_at, source)}
                WHEN line_id IS NOT NULL AND occurrence > 1 THEN 'duplicate' END AS reason
        FROM signed""")
    counts = _counts(con, _GOOD, identical_lines="occurrence > 1", **_amounts(source))
    _enter(con, source, turned=counts["refunds_by_status"] > 0)
    if alone:
        _orders_from_lines(con)
    replace_orders(con, "order_items")
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
    delete_orders(con, "orders", "summed")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE sums AS
        SELECT order_id, customer_id, min(ordered_at) AS ordered_at, kind,
            CAST(sum(amount) AS {MONEY}) AS amount, sum(quantity) AS units, min(channel) AS channel, min(city) AS city,
            min(region) AS region
        FROM entries SEMI JOIN summed USING (order_id, kind)
        GROUP BY order_id, customer_id, kind""")
    insert(con, "orders", "sums")


def _others(con: Connection, source: Source, loaded_at: datetime) -> Filled:
    rule = source.reading.rule
    needed = [group[0] for group in rule.needs if len(group) == 1]
    reasons = " ".join(f"WHEN {name} IS NULL THEN '{_missing(source.table, name)}'" for name in needed)
    if "customer_id" in TABLES[source.table]:
        reasons = f"{marks.erased(con)} {reasons}"
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
    replace_keys(con, source.table, rule.key)
    counts = _counts(con, _GOOD, identical_rows="false" if rule.once else "copy > 1")
    return Filled(counts.pop("kept"), _notes(**counts))


def _newer_stored(table: str, key: list[str]) -> str:
    same = " AND ".join(f"stored.{name} IS NOT DISTINCT FROM parsed.{name}" for name in key)
    return f"EXISTS (SELECT 1 FROM {table} AS stored WHERE {same} AND stored.updated_at > parsed.updated_at)"


def _newest(rule: TableRule) -> str:
    """Which of several rows with one key counts: the latest, then the fullest, then one that no order of rows picks."""
    filled = " + ".join(f"({name} IS NOT NULL)::INT" for name in rule.columns)
    return f"{f'{rule.date} DESC NULLS LAST, ' if rule.date else ''}{filled} DESC, digest DESC, row_number DESC"


def _enter(con: Connection, source: Source, *, turned: bool) -> None:
    """Make the view `entries`: what the good rows of `judged` put into the table, one or two entries a row.

    An order whose status says refunded was paid first: the sale stays, the refund stands against it. A
    refunded amount beside the paid one becomes a refund of its own; the sale stays what was paid.
    """
    entries = "SELECT * FROM judged WHERE reason IS NULL"
    if turned:
        behind = f"SELECT * REPLACE (abs(amount) AS amount, 'sale' AS kind, {_ONCE}) FROM {_GOOD} WHERE turned"
        entries = f"{entries} UNION ALL {behind}"
    if source.has("refund_amount"):
        blank = "NULL AS units, NULL AS list_amount" if source.table == "orders" else "NULL AS quantity"
        entries = f"""
            WITH sold AS ({entries})
            SELECT * REPLACE (turned OR kind = 'sale' AS turned) FROM sold  -- replaces what an earlier file refunded
            UNION ALL SELECT * REPLACE (-abs(refund_amount) AS amount, 'refund' AS kind, {blank}, {_ONCE})
            FROM sold WHERE kind = 'sale' AND refund_amount <> 0"""
    con.execute(f"CREATE TEMP VIEW entries AS {entries}")


def _product() -> str:
    return f"TRY_CAST(TRY_CAST(quantity AS {MONEY}) * unit_price AS {MONEY})"


def _owner(alone: bool) -> str:
    """Lines that name customer and day need no order to join."""
    known = "buyer, bought_at, order_kind"
    return "NULL AS buyer, NULL::TIMESTAMP AS bought_at, NULL AS order_kind" if alone else known


def _missing(table: str, name: str) -> str:
    if name == "customer_id":
        return "no_customer"
    kind = kind_of(table, name)
    return "bad_date" if kind in ("DATE", "TIMESTAMP") else "bad_amount" if kind == MONEY else "missing_value"


def _amounts(source: Source) -> dict[str, str]:
    """Conditions on good rows: refunds known by something else than a negative sum with a mark, and amounts of 0."""
    beside = "kind = 'sale' AND refund_amount <> 0" if source.has("refund_amount") else "false"
    return {
        "refunds_by_status": "turned",
        "refunds_by_amount": beside,
        "refunds_by_sign": "kind = 'refund' AND NOT turned" if marks.tells_nothing(source) else "false",
        "free_orders": "amount = 0",
    }


def _counts(con: Connection, rows: str, **conditions: str) -> dict[str, int]:
    """`kept`, the number of good rows, and how many of them meet each condition, counted in one pass."""
    counts = ", ".join(["count(*)", *(f"count(*) FILTER (WHERE {condition})" for condition in conditions.values())])
    row = con.execute(f"SELECT {counts} FROM {rows}").fetchone()
    return dict(zip(["kept", *conditions], row or (), strict=True))


def _any(con: Connection, condition: str) -> bool:
    """Whether a parsed row meets a condition."""
    return bool(con.execute(f"SELECT 1 FROM parsed WHERE {condition} LIMIT 1").fetchall())


def _count(con: Connection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _notes(**counts: int) -> list[Note]:
    return [Note(key=key, params={"count": count}) for key, count in counts.items() if count]
