"""Rows that were set aside, belong to nothing, or stand there twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ibis import _
from ibis.expr.types import Table

from tools.health.results import Finding
from tools.tables import sales, table

ASIDE = 0.05
"""Share of a table's rows set aside that is worth a warning."""
UNKNOWN = 0.02
"""Share of order rows without a customer that is worth a warning."""
ORPHANS = 0.01
TWICE = 0.005

LINKS = (
    ("order_items", "order_id", "orders"),
    ("orders", "customer_id", "customers"),
    ("touches", "customer_id", "orders"),
    ("touches", "campaign_id", "campaigns"),
    ("consents", "customer_id", "customers"),
)
"""Table, its column, and the table that should know the value."""


def loads() -> Table:
    return table("loads").select("table_name", "rows_read", "rows_kept", "set_aside")


def set_aside_findings(records: list[dict[str, Any]]) -> Iterator[Finding]:
    """Per table over all loads: the share of order rows without a customer, and of rows set aside for the rest."""
    read: Counter[str] = Counter()
    aside: dict[str, Counter[str]] = {}
    for record in records:
        read[record["table_name"]] += record["rows_read"]
        aside.setdefault(record["table_name"], Counter()).update(json.loads(record["set_aside"]))
    for name, reasons in aside.items():
        unknown = reasons.pop("no_customer", 0)
        if unknown > UNKNOWN * read[name]:
            yield _share("unknown_customers", name, unknown, read[name])
        if reasons.total() > ASIDE * read[name]:
            yield _share("set_aside", name, reasons.total(), read[name])


def orphans(name: str, column: str, owner: str) -> Table:
    """One row: rows of `name` with a value in `column`, and those whose value `owner` does not know."""
    rows = table(name).filter(_[column].notnull())
    known = table(owner).select(column).distinct().mutate(known=True)
    joined = rows.select(column).left_join(known, column, rname="{name}_known")
    return joined.agg(rows=_.count(), orphans=_.count(where=_.known.isnull()))


def orphan_finding(name: str, column: str, owner: str, record: dict[str, Any]) -> Finding | None:
    rows, lost = record["rows"], record["orphans"]
    if not lost or lost <= ORPHANS * rows:
        return None
    # Every row lost means the two files do not speak of the same things.
    severity = "problem" if lost == rows else "warning"
    return Finding(check="orphans", severity=severity, table=name, column=column,
                   params={"rows": lost, "share": lost / rows, "owner": owner})  # fmt: skip


def same_moment() -> Table:
    """One row: paid orders, and those that repeat a customer, instant and amount under another number."""
    timed = sales().filter(_.ordered_at != _.ordered_at.truncate("D"))
    groups = timed.group_by("customer_id", "ordered_at", "amount").agg(orders=_.count())
    return groups.agg(rows=_.orders.sum().fill_null(0), repeats=(_.orders - 1).sum().fill_null(0))


def same_moment_finding(record: dict[str, Any]) -> Finding | None:
    rows, repeats = int(record["rows"]), int(record["repeats"])
    return _share("same_moment", "orders", repeats, rows) if repeats > TWICE * rows else None


def _share(check: str, name: str, rows: int, of: int) -> Finding:
    return Finding(check=check, severity="warning", table=name, params={"rows": rows, "share": rows / of, "of": of})
