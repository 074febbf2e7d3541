"""Moves between tiers from one day to a later one: the matrix, and who moved."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table

from tools import catalog
from tools.results import TIERS, MigrationCell, Tier, TierMigration, Window
from tools.tables import sales, table
from tools.tiers.history import TierHistory
from tools.tiers.results import MovedCustomer, MovedCustomers
from tools.warehouse import Rows, Warehouse

NEW = "new"
"""Source of those without an order on the first day."""


class TierMoves:
    """Moves of one warehouse; `given` names the rules as in `TierHistory`."""

    def __init__(self, warehouse: Warehouse, history: TierHistory) -> None:
        self._warehouse = warehouse
        self._history = history

    def migration(self, from_day: date, to_day: date, given: str = "") -> TierMigration:
        """Customers, share and money of every move; "shown" compares each day under its own rules."""
        counted = self._counted(from_day, to_day, given)
        rows = self._warehouse.run(move_sizes(self._moves(from_day, to_day, given)) if counted is None else counted)
        cells = _cells(rows)
        after = {tier: sum(cell.customers for cell in cells if cell.target == tier) for tier in TIERS}
        before = {tier: sum(cell.customers for cell in cells if cell.source == tier) for tier in TIERS}
        total = sum(after.values())
        return TierMigration(
            metric="tier_migration", unit="customers",
            value=sum(cell.customers for cell in cells if cell.source not in (NEW, cell.target)), n=total,
            window=_window(from_day, to_day), as_of=to_day, definition=catalog.definition("tier_migration"),
            query=rows.sql, from_day=from_day, to_day=to_day, before=before, after=after, cells=cells,
            rules_version=self._history.rules_on(to_day, given).version, counted_by=self._warehouse.count_by,
            notes=[*([] if total else ["empty"]), *self._history.notes(given, from_day, to_day)],
        )  # fmt: skip

    def moved(
        self, source: str, target: Tier, from_day: date, to_day: date, limit: int, given: str = ""
    ) -> MovedCustomers:
        """The customers of one move, those who spent most before it first."""
        found = self._moves(from_day, to_day, given)
        found = found.filter(found.source == source, found.target == target)
        rows = self._warehouse.run(
            found.mutate(total=_.count().over()).order_by(_.spend_before.desc(), _.customer_id).limit(limit)
        )
        total = rows.records[0]["total"] if rows.records else 0
        return MovedCustomers(
            metric="moved_customers", unit="customers", value=total, n=total, window=_window(from_day, to_day),
            filters={"source": [source], "target": [target]}, as_of=to_day,
            definition=catalog.definition("moved_customers"), query=rows.sql, truncated=total > len(rows.records),
            source=source, target=target, from_day=from_day, to_day=to_day,
            rules_version=self._history.rules_on(to_day, given).version, counted_by=self._warehouse.count_by,
            customers=[MovedCustomer.model_validate(row) for row in rows.records],
            notes=[*([] if total else ["empty"]), *self._history.notes(given, from_day, to_day)],
        )  # fmt: skip

    def _counted(self, from_day: date, to_day: date, given: str) -> Table | None:
        """`move_sizes` of the two days under their rules, where they are stored."""
        history = self._history
        before, after = (history.rules_on(day, given).version for day in (from_day, to_day))
        usual = before == after and from_day in history.frozen and from_day == to_day.replace(day=1) - timedelta(days=1)
        if not usual or not self._warehouse.has_cells(to_day, after):
            return None
        found = table("tier_moves")
        return found.select("source", "target", "customers", "revenue")

    def _moves(self, from_day: date, to_day: date, given: str) -> Table:
        history = self._history
        before = history.members(from_day, history.rules_on(from_day, given))
        after = history.members(to_day, history.rules_on(to_day, given))
        return moves(before, after, from_day, to_day)


def moves(before: Table, after: Table, from_day: date, to_day: date) -> Table:
    """One row a customer of the membership `after`, that of the later day.

    Columns: customer_id, source (tier on the first day, or NEW), target, spend_before, revenue (paid between the
    days), recency_days.
    """
    between = sales().filter(_.order_date > ibis.literal(from_day), _.order_date <= ibis.literal(to_day))
    paid = between.group_by("customer_id").agg(revenue=_.amount.sum())
    rows = after.select("customer_id", "recency_days", target="tier")
    rows = rows.left_join(
        before.select("customer_id", source="tier", spend_before="spend_365"), "customer_id", rname="{name}_before"
    )
    rows = rows.left_join(paid, "customer_id", rname="{name}_paid")
    return rows.select(
        "customer_id", "target", "recency_days", source=_.source.fill_null(NEW),
        spend_before=_.spend_before.fill_null(0), revenue=_.revenue.fill_null(0),
    )  # fmt: skip


def move_sizes(found: Table) -> Table:
    """Customers of each move, and what they paid."""
    return found.group_by("source", "target").agg(customers=_.count(), revenue=_.revenue.sum())


def _window(from_day: date, to_day: date) -> Window:
    return Window(start=from_day, end=to_day, label=f"{from_day}..{to_day}")


def _cells(rows: Rows) -> list[MigrationCell]:
    found = {(row["source"], row["target"]): row for row in rows.records}
    cells = []
    for source in (*TIERS, NEW):
        total = sum(row["customers"] for (start, _end), row in found.items() if start == source)
        cells += [
            MigrationCell(source=source, target=target, customers=row["customers"],
                          share=row["customers"] / total, revenue=float(row["revenue"]))
            for target in TIERS
            if (row := found.get((source, target)))
        ]  # fmt: skip
    return cells
