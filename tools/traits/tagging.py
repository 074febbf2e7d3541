"""Traits and tags of one warehouse: what the data allows, and how large each tag is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

from ibis import _
from ibis.expr.types import Table

from tools.catalog import builtin as metric_catalog
from tools.compiled import EXPRESSIONS
from tools.errors import NoData
from tools.results import Window
from tools.rfm import RfmRules
from tools.roles import Role, may
from tools.small_groups import without_few
from tools.tables import sales
from tools.tiers.history import TierHistory
from tools.traits.build import TraitRef, trait_table
from tools.traits.catalog import TraitCatalog
from tools.traits.orders import YEAR
from tools.traits.results import TagOverview, TagRow
from tools.traits.trait import Trait
from tools.warehouse import Warehouse
from tools.windows import parse_window


class Tagging:
    """Customers described by traits; `catalog` and `scoring` are the built-in ones or a brand's own."""

    def __init__(
        self, warehouse: Warehouse, tiers: TierHistory, catalog: TraitCatalog, scoring: RfmRules | None = None,
        role: Role = "operator",
    ) -> None:  # fmt: skip
        self._warehouse = warehouse
        self._tiers = tiers
        self._scoring = scoring
        self._role: Role = role
        self.catalog = catalog

    def lacking(self, trait: Trait) -> list[str]:
        """Tables and columns that a trait or tag needs and the loaded data has not."""
        return [need for need in trait.needs if not self._has(need)]

    def check(self, trait: Trait) -> None:
        """Raises NoData naming what a trait lacks."""
        lacks = self.lacking(trait)
        if lacks:
            usable = [other.name for other in self.catalog.traits.values() if not self.lacking(other)]
            raise NoData("missing_data", what=trait.name, needs=", ".join(lacks), alternatives=usable[:12])

    def table(self, refs: Sequence[TraitRef], as_of: date) -> Table:
        """`trait_table` on this data. Raises NoData where a trait lacks its table."""
        for ref in refs:
            self.check(self.catalog.traits[ref.name])
        rules, stored = self._tiers.rules, self._warehouse.keeps_facts and as_of >= self._warehouse.last_day
        frozen = self._tiers.frozen_under(rules)

        def build() -> Table:
            return trait_table(refs, as_of, rules, frozen, self.catalog, scoring=self._scoring, stored=stored)

        if any(self.catalog.traits[ref.name].rule for ref in refs):
            return build()
        # What is measured rests on the catalogue's settings alone.
        settings, scoring = self.catalog.settings.model_dump_json(), self._scoring and self._scoring.version
        return EXPRESSIONS.get(("traits", *refs, as_of, rules, frozen, settings, scoring, stored), build)

    def overview(self, tags: Sequence[str] = (), tier: str = "", as_of: str = "") -> TagOverview:
        """Customers and revenue of each tag on a day.

        `tags` are names, titles or synonyms, empty for all; `tier` one of the five or "" for everybody; `as_of` a day
        in words, "" for the data's last day. A tag whose data is not loaded says what it lacks and has no figures.
        Raises BadArgument for an unknown tag, tier or day.
        """
        day = parse_window(as_of, self._warehouse.last_day, self._warehouse.first_day).end if as_of else None
        found = self._overview(day or self._warehouse.last_day, tags, _tier(tier) if tier else "")
        return found if may(self._role, "rows") else without_few(found)

    def _overview(self, as_of: date, tags: Sequence[str], tier: str) -> TagOverview:
        chosen = [self.catalog.tag(name) for name in dict.fromkeys(tags)] or list(self.catalog.tags.values())
        known = [tag for tag in chosen if not self.lacking(tag)]
        found = self._warehouse.run(_sizes(self.table(_refs(known, tier), as_of), known, tier))
        (row,) = found.records
        rows = [_row(tag, row, self.lacking(tag)) for tag in chosen]
        rows.sort(key=lambda each: -1 if each.customers is None else each.customers, reverse=True)
        return TagOverview(
            metric="tag_customers", unit="customers", value=row[_ALL], n=row[_ALL], window=_trailing(as_of),
            filters={"tier": [tier]} if tier else {}, as_of=as_of, definition=self.catalog.overview,
            query=found.sql, rows=rows, counted_by=self._warehouse.count_by, notes=[] if row[_ALL] else ["empty"],
        )  # fmt: skip

    def _has(self, need: str) -> bool:
        if need == "orders.time":
            return self._timed
        return any(self._warehouse.has(part) for part in need.split("|"))

    @cached_property
    def _timed(self) -> bool:
        """Whether any order has a time of day."""
        timed = sales().filter(_.ordered_at != _.ordered_at.truncate("D"))
        return bool(self._warehouse.run(timed.select("order_id").limit(1)).records)


def _tier(given: str) -> str:
    catalog = metric_catalog()
    return catalog.value(catalog.dimension("tier"), given)


_ALL, _PAID = "customers", "paid"
_SPEND = TraitRef("spend_365")


def _refs(tags: Sequence[Trait], tier: str) -> list[TraitRef]:
    return [_SPEND, *(TraitRef(tag.name) for tag in tags), *([TraitRef("tier")] if tier else [])]


def _sizes(rows: Table, tags: Sequence[Trait], tier: str) -> Table:
    """One row: everybody's number and money, and those of each tag."""
    looked_at = rows.filter(rows.tier == tier) if tier else rows
    sizes = {f"{_ALL} {tag.name}": looked_at.count(where=looked_at[tag.name]) for tag in tags}
    money = {f"{_PAID} {tag.name}": looked_at.spend_365.sum(where=looked_at[tag.name]) for tag in tags}
    return looked_at.agg(**{_ALL: looked_at.count(), _PAID: looked_at.spend_365.sum()}, **sizes, **money)


def _row(tag: Trait, row: dict, lacks: list[str]) -> TagRow:
    named = {"tag": tag.name, "title": tag.title, "definition": tag.definition}
    if lacks:
        return TagRow(**named, lacks=lacks)
    customers, paid = row[f"{_ALL} {tag.name}"], float(row[f"{_PAID} {tag.name}"] or 0)
    everybody, all_paid = row[_ALL], float(row[_PAID] or 0)
    return TagRow(
        **named, customers=customers, share=customers / everybody if everybody else None, revenue=paid,
        revenue_share=paid / all_paid if all_paid else None,
    )  # fmt: skip


def _trailing(as_of: date) -> Window:
    return Window(start=as_of - timedelta(days=YEAR - 1), end=as_of, label=f"last_{YEAR}_days")
