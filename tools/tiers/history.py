"""Tiers over time: the rules of a day, the days with a snapshot, the overview and the sizes by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cached_property

import ibis
from ibis import _
from ibis.expr.types import Table

from tools import catalog
from tools.calendar import add_months, month_end
from tools.compiled import EXPRESSIONS
from tools.results import TIERS, Bilingual, TierOverview, TierRow, Window
from tools.rfm.rules import RfmRules, builtin
from tools.tables import table
from tools.tiers.membership import members_on
from tools.tiers.results import TierPoint, TierSeries
from tools.tiers.rules import TierRules
from tools.tiers.versions import SHOWN, RulesVersion, find_rules, read_versions
from tools.warehouse import Warehouse


class TierHistory:
    """Tier membership of one warehouse on any day of its data, under any version of the rules.

    `rules` of a call is "" for the rules in force, "shown" for those in force on each day, or a version.
    """

    def __init__(self, warehouse: Warehouse, scoring: Callable[[], RfmRules] = builtin) -> None:
        self._warehouse = warehouse
        self.scoring = scoring
        """How RFM is scored now. Raises BadArgument where the brand's rfm.yaml is wrong."""

    @cached_property
    def versions(self) -> list[RulesVersion]:
        """Every adoption of rules, the earliest first. Raises NoData when nothing was loaded."""
        return read_versions(self._warehouse)

    @property
    def rules(self) -> TierRules:
        """The rules in force. Raises NoData when nothing was loaded."""
        return self.versions[-1].rules

    def rules_on(self, day: date, given: str = "") -> TierRules:
        """The rules that a call names for a day. Raises BadArgument for an unknown version."""
        return find_rules(self.versions, given, day)

    @property
    def frozen(self) -> frozenset[date]:
        """Days with a snapshot under the rules in force."""
        return self.frozen_under(self.rules)

    def frozen_under(self, rules: TierRules) -> frozenset[date]:
        """Days with a snapshot under these rules."""
        return self._warehouse.snapshot_days.get(rules.version, frozenset())

    def members(self, as_of: date, rules: TierRules | None = None) -> Table:
        """Membership on a day under the rules given or in force; columns as of `membership.assign`."""
        return self.members_on([as_of], rules or self.rules)

    def members_on(self, days: Sequence[date], rules: TierRules) -> Table:
        """Membership on several days, one below the other."""
        return members_on(days, rules, self.frozen_under(rules))

    def counted(self, days: Sequence[date], rules: TierRules) -> Table | None:
        """`tier_sizes` of each tier on these days, where all of them are stored; with the columns as_of and tier."""
        if not self._warehouse.has_cells(self._warehouse.last_day, rules.version) or not {*days} <= self.frozen:
            return None
        return EXPRESSIONS.get(("tiers", *days, rules.version), lambda: _counted(days, rules.version))

    def _customers(self, days: Sequence[date], rules: TierRules) -> Table:
        """Columns: as_of, tier, customers."""
        sizes = self.counted(days, rules)
        if sizes is None:
            return self.members_on(days, rules).group_by("as_of", "tier").agg(customers=_.count())
        return sizes.select("as_of", "tier", "customers")

    def notes(self, given: str, *days: date) -> list[str]:
        """What to say of the rules used when others were in force on one of the days."""
        used = {self.rules_on(day, given).version for day in days}
        shown = {self.rules_on(day, SHOWN).version for day in days}
        if given == SHOWN:
            return ["two_rules"] if len(used) > 1 else []
        return [] if used == shown else ["other_rules" if given else "present_rules"]

    def overview(self, as_of: date, given: str = "") -> TierOverview:
        """Size, spend and rhythm of each tier on a day."""
        rules = self.rules_on(as_of, given)
        sizes = self.counted([as_of], rules)
        rows = self._warehouse.run(tier_sizes(self.members(as_of, rules), "tier") if sizes is None else sizes)
        found = {row["tier"]: row for row in rows.records}
        customers = sum(row["customers"] for row in found.values())
        revenue = float(sum(row["revenue"] for row in found.values()))
        return TierOverview(
            metric="tier_customers", unit="customers", value=customers, n=customers,
            window=_trailing(as_of, rules), as_of=as_of, definition=definition(rules), query=rows.sql,
            rows=[_tier_row(tier, found.get(tier), customers, revenue) for tier in TIERS],
            dormancy_days=rules.dormancy_days, rules_version=rules.version, counted_by=self._warehouse.count_by,
            notes=[*([] if customers else ["empty"]), *self.notes(given, as_of)],
        )  # fmt: skip

    def series(self, as_of: date, months: int, given: str = "") -> TierSeries:
        """Customers in each tier at the last `months` month ends before a day, and on that day."""
        days = [*month_ends(as_of, months, self._warehouse.first_day), as_of]
        under = {day: self.rules_on(day, given) for day in days}
        versions = {rules.version: rules for rules in under.values()}
        found = [
            self._warehouse.run(self._customers([day for day in days if under[day] == rules], rules))
            for rules in versions.values()
        ]
        cells = {(row["as_of"], row["tier"]): row["customers"] for rows in found for row in rows.records}
        points = [
            TierPoint(as_of=day, rules_version=under[day].version, tiers={t: cells.get((day, t), 0) for t in TIERS})
            for day in days
        ]
        return TierSeries(
            metric="tier_history", unit="customers", value=points[-1].customers, n=points[-1].customers,
            window=Window(start=days[0], end=as_of, label=f"{days[0]}..{as_of}"), as_of=as_of,
            definition=definition(under[as_of]), query=";\n\n".join(rows.sql for rows in found), points=points,
            rules_version=under[as_of].version, counted_by=self._warehouse.count_by, notes=self.notes(given, *days),
        )  # fmt: skip


def _counted(days: Sequence[date], version: str) -> Table:
    cells = table("tier_cells")
    return cells.filter(cells.as_of.isin([ibis.literal(day) for day in days]), cells.rules_version == version)


def month_ends(before: date, count: int, first_day: date) -> list[date]:
    """The last `count` month ends before a day, the earliest first, none before `first_day`."""
    ends = (month_end(add_months(before.replace(day=1), -back)) for back in range(count, 0, -1))
    return [end for end in ends if end >= first_day]


def definition(rules: TierRules) -> Bilingual:
    """The five rules in words, with their thresholds."""
    return catalog.definition("tiers", **rules.model_dump() | {"high_share": f"{rules.high_share * 100:g}%"})


def _trailing(as_of: date, rules: TierRules) -> Window:
    start = as_of - timedelta(days=rules.trailing_days - 1)
    return Window(start=start, end=as_of, label=f"last_{rules.trailing_days}_days")


def tier_sizes(members: Table, *by: str) -> Table:
    """Customers, money, orders (both of the trailing days) and median recency of each group of a membership."""
    return members.group_by(by).agg(
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
