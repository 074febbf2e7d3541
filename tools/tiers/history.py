"""Tiers over time: the rules in force, the days with a snapshot, the overview and the migration matrix."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

import ibis
from ibis import _
from ibis.expr.types import Table

from tools import catalog
from tools.errors import NoData
from tools.results import TIERS, Bilingual, MigrationCell, TierMigration, TierOverview, TierRow, Window
from tools.tables import sales, table
from tools.tiers import TierRules, members
from tools.warehouse import Rows, Warehouse


class TierHistory:
    """Tier membership of one warehouse on any day of its data."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    @cached_property
    def rules(self) -> TierRules:
        """The rules in force. Raises NoData when nothing was loaded."""
        adopted = table("tier_rules").order_by(_.adopted.desc()).limit(1).select("settings")
        found = self._warehouse.run(adopted).records
        if not found:
            raise NoData("nothing_loaded")
        return TierRules.model_validate_json(found[0]["settings"])

    @cached_property
    def frozen(self) -> frozenset[date]:
        """Days with a snapshot under the rules in force."""
        snapshots = table("tier_snapshots").filter(_.rules_version == self.rules.version)
        return frozenset(row["as_of"] for row in self._warehouse.run(snapshots.select("as_of").distinct()).records)

    def members(self, as_of: date) -> Table:
        return members(as_of, self.rules, self.frozen)

    def overview(self, as_of: date) -> TierOverview:
        """Size, spend and rhythm of each tier on a day."""
        rows = self._warehouse.run(_sizes(self.members(as_of)))
        found = {row["tier"]: row for row in rows.records}
        customers = sum(row["customers"] for row in found.values())
        revenue = float(sum(row["revenue"] for row in found.values()))
        return TierOverview(
            metric="tier_customers", unit="customers", value=customers, n=customers,
            window=_trailing(as_of, self.rules), as_of=as_of, definition=definition(self.rules), query=rows.sql,
            rows=[_tier_row(tier, found.get(tier), customers, revenue) for tier in TIERS],
            dormancy_days=self.rules.dormancy_days, rules_version=self.rules.version,
            notes=[] if customers else ["empty"],
        )  # fmt: skip

    def migration(self, from_day: date, to_day: date) -> TierMigration:
        """Moves between tiers from one day to a later one; "new" are those without an order on the first."""
        rows = self._warehouse.run(_moves(self.members(from_day), self.members(to_day), from_day, to_day))
        cells = _cells(rows)
        after = {tier: sum(cell.customers for cell in cells if cell.target == tier) for tier in TIERS}
        before = {tier: sum(cell.customers for cell in cells if cell.source == tier) for tier in TIERS}
        total = sum(after.values())
        window = Window(start=from_day, end=to_day, label=f"{from_day}..{to_day}")
        return TierMigration(
            metric="tier_migration", unit="customers",
            value=sum(cell.customers for cell in cells if cell.source not in ("new", cell.target)), n=total,
            window=window, as_of=to_day, definition=catalog.definition("tier_migration"), query=rows.sql,
            from_day=from_day, to_day=to_day, before=before, after=after, cells=cells, notes=[] if total else ["empty"],
        )  # fmt: skip


def definition(rules: TierRules) -> Bilingual:
    """The five rules in words, with the thresholds in force."""
    return catalog.definition("tiers", **rules.model_dump() | {"high_share": f"{rules.high_share:.0%}"})


def _trailing(as_of: date, rules: TierRules) -> Window:
    start = as_of - timedelta(days=rules.trailing_days - 1)
    return Window(start=start, end=as_of, label=f"last_{rules.trailing_days}_days")


def _sizes(on_day: Table) -> Table:
    return on_day.group_by("tier").agg(
        customers=_.count(),
        revenue=_.spend_365.sum(),
        orders=_.orders_365.sum(),
        recency=_.recency_days.cast("float64").median(),
    )


def _tier_row(tier: str, row: dict | None, customers: int, revenue: float) -> TierRow:
    if row is None:
        return TierRow(tier=tier, customers=0, share=0.0, revenue=0.0, revenue_share=0.0, orders=0, aov=None,
                       orders_per_customer=None, median_recency_days=None)  # fmt: skip
    spent, orders = float(row["revenue"]), int(row["orders"])
    return TierRow(
        tier=tier, customers=row["customers"], share=row["customers"] / customers, revenue=spent,
        revenue_share=spent / revenue if revenue else 0.0, orders=orders, aov=spent / orders if orders else None,
        orders_per_customer=orders / row["customers"], median_recency_days=row["recency"],
    )  # fmt: skip


def _moves(before: Table, after: Table, from_day: date, to_day: date) -> Table:
    between = sales().filter(_.order_date > ibis.literal(from_day), _.order_date <= ibis.literal(to_day))
    spent = between.group_by("customer_id").agg(spent=_.amount.sum())
    moves = after.select("customer_id", target="tier")
    moves = moves.left_join(before.select("customer_id", source="tier"), "customer_id", rname="{name}_before")
    moves = moves.left_join(spent, "customer_id", rname="{name}_spent")
    moves = moves.mutate(source=_.source.fill_null("new"))
    return moves.group_by("source", "target").agg(customers=_.count(), revenue=_.spent.sum().fill_null(0))


def _cells(rows: Rows) -> list[MigrationCell]:
    found = {(row["source"], row["target"]): row for row in rows.records}
    cells = []
    for source in (*TIERS, "new"):
        total = sum(row["customers"] for (start, _end), row in found.items() if start == source)
        cells += [
            MigrationCell(source=source, target=target, customers=row["customers"],
                          share=row["customers"] / total, revenue=float(row["revenue"]))
            for target in TIERS
            if (row := found.get((source, target)))
        ]  # fmt: skip
    return cells
