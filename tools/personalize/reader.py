"""Customers with what a message merges, from the loaded data; personal, for this machine only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from ibis.expr.types import Table

from tools.errors import NoData
from tools.merge_fields import merge_fields
from tools.tables import table
from tools.traits.build import TraitRef
from tools.traits.tagging import Tagging
from tools.warehouse import Warehouse

PEOPLE = {"customer_id": "string", "text": "int32", "tier": "string"}
_COLUMN = "customers."
_TITLED = "(先生|女士|小姐|太太|老师|医生)$|^(mr|mrs|ms|miss|mx|dr)[.]? "
AWKWARD = {
    "ordinary": r"^\p{Han}{2,3}$|^[A-Z][a-z]+( [A-Z][a-z]+)?$", "latin": r"^[A-Za-z .'\-]+$", "missing": r"^\s*$",
    "emoji": r"[\x{2600}-\x{27bf}\x{1f000}-\x{1faff}]", "rare": r"[\x{20000}-\x{323af}]", "formula": r"^[=+\-@]",
}  # fmt: skip
"""Names that a preview should show, as RE2 patterns."""


class MergeReader:
    """Reads merge fields of customers on the last day of one warehouse's data."""

    def __init__(self, warehouse: Warehouse, tagging: Callable[[], Tagging]) -> None:
        self._warehouse = warehouse
        self._tagging = tagging

    def lacking(self) -> dict[str, list[str]]:
        """Merge fields that cannot be offered on this data, each with the tables and columns that it wants."""
        return {name: lacks for name in merge_fields() if (lacks := self._lacks(name))}

    def _lacks(self, name: str) -> list[str]:
        field = merge_fields()[name]
        if field.kind == "fixed":
            return []
        if not field.source.startswith(_COLUMN):
            tagging = self._tagging()
            return tagging.lacking(tagging.catalog.traits[field.source])
        if not self._warehouse.has(field.source):
            return [field.source]
        return [] if field.kind != "honorific" or self._titled else ["customers.name (女士, Ms)"]

    @property
    def _titled(self) -> bool:
        """Whether any name on file carries a title."""
        names = table("customers").filter(_.name.lower().re_search(_TITLED)).select("customer_id").limit(1)
        return bool(self._warehouse.run(names).records)

    def rows(self, fields: Sequence[str], people: pa.Table) -> Iterator[pa.RecordBatch]:
        """The customers of `people` (columns as of PEOPLE) in order of their numbers.

        Columns: those of `people`, phone, email, and one for each merge field, as on file.
        """
        yield from self._warehouse.stream(self._rows(fields).order_by("customer_id"), {"people": people})

    def awkward(self, fields: Sequence[str], people: pa.Table) -> list[dict[str, object]]:
        """Customers of `people` as of `rows`: one for each kind of name in AWKWARD, and the longest name."""
        if not self._warehouse.has("customers.name"):
            return []
        picked: dict[str, str] = {}
        longest = (0, "")
        names = self._rows(["name"]).select("customer_id", "name")
        for batch in self._warehouse.stream(names.order_by("customer_id"), {"people": people}):
            written = pc.fill_null(batch.column("name"), "")
            for kind in AWKWARD.keys() - picked.keys():
                hits = pc.filter(batch.column("customer_id"), pc.match_substring_regex(written, AWKWARD[kind]))
                picked |= {kind: hits[0].as_py()} if len(hits) else {}
            length = pc.utf8_length(written)
            at = pc.index(length, pc.max(length)).as_py()
            if length[at].as_py() > longest[0]:
                longest = (length[at].as_py(), batch.column("customer_id")[at].as_py())
        wanted = list(dict.fromkeys([*(picked[kind] for kind in AWKWARD if kind in picked), longest[1]]))
        chosen = people.filter(pc.is_in(people["customer_id"], value_set=pa.array(wanted, pa.string())))
        return [row for batch in self.rows(list(fields), chosen) for row in batch.to_pylist()]

    def _rows(self, fields: Sequence[str]) -> Table:
        people = ibis.table(PEOPLE, name="people")
        sources = {name: merge_fields()[name].source for name in fields}
        traits = list(dict.fromkeys(source for source in sources.values() if not source.startswith(_COLUMN)))
        rows = people.left_join(self._contacts(), "customer_id", rname="{name}_known")
        if traits:
            rows = rows.left_join(self._traits(traits), "customer_id", rname="{name}_trait")
        columns = {name: rows[_placed(source)] for name, source in sources.items()}
        return rows.select(*PEOPLE, "phone", "email", **columns)

    def _contacts(self) -> Table:
        # Of a person's accounts the same one on every engine.
        return table("customers").group_by("customer_id").agg(
            phone=_.phone.max(), email=_.email.max(), own_name=_.name.max()
        )  # fmt: skip

    def _traits(self, names: Sequence[str]) -> Table:
        if "orders" not in self._warehouse.tables():
            raise NoData("nothing_loaded")
        return self._tagging().table([TraitRef(name) for name in names], self._warehouse.last_day)


def _placed(source: str) -> str:
    """Column of `_rows` that holds a field's source."""
    return "own_name" if source == "customers.name" else source


