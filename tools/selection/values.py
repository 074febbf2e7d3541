"""Values of text traits in the data: in which spelling, and which there are."""

from __future__ import annotations

from functools import cached_property

from ibis import _
from ibis.expr.types import Table

from tools.catalog import FEW, names
from tools.tables import table
from tools.traits.trait import Trait
from tools.warehouse import Warehouse

_HOMES = {"category": ("order_items", "category"), "channel": ("orders", "channel"), "region": ("orders", "region"),
          "member_level": ("customers", "member_level"), "campaign": ("campaigns", "name")}  # fmt: skip


class TraitValues:
    """Looks values up in one warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._lists: dict[str, list[str]] = {}

    @cached_property
    def dimensions(self) -> dict[str, list[str]]:
        """Dimension (category, channel, city, region, member_level, product) -> values, the most frequent first."""
        return {name: self._of(name) for name in (*_HOMES, "city", "product")}

    def some(self, trait: Trait) -> list[str]:
        """Values that a trait takes, to suggest."""
        if trait.values:
            return [value.name for value in trait.values]
        return self._of(dimension_of(trait))[:FEW]

    def spelling(self, trait: Trait, given: str) -> str | None:
        """The data's own spelling of a value, or None where it has no such."""
        plain = given.strip().casefold()
        if trait.values:
            return next((value.name for value in trait.values if plain in names(value)), None)
        rows = self._rows(dimension_of(trait))
        found = self._warehouse.told(rows.filter(rows["value"].lower().strip() == plain).select("value").distinct())
        spelled = sorted(found.rows["value"].to_pylist(), key=lambda value: value != given)
        return spelled[0] if spelled else None

    def _of(self, dimension: str) -> list[str]:
        if dimension not in self._lists:
            counted = self._rows(dimension).group_by("value").agg(rows=_.count())
            found = self._warehouse.run(counted.order_by(_.rows.desc(), _.value)).records
            self._lists[dimension] = [row["value"] for row in found]
        return self._lists[dimension]

    def _rows(self, dimension: str) -> Table:
        if dimension == "product":
            items = table("order_items")
            rows = items.select(value=items.product_name.fill_null(items.product_id))
        elif dimension == "city":
            rows = table("customers").select(value="city").union(table("orders").select(value="city"))
        else:
            source, column = _HOMES[dimension]
            rows = table(source).select(value=column)
        return rows.filter(_.value.notnull())


def dimension_of(trait: Trait) -> str:
    """What a text trait's values belong to: preferred_channel -> channel."""
    known = (*_HOMES, "city", "product")
    return next(name for name in known if trait.name == name or trait.name.endswith(f"_{name}"))
