"""The customers behind the figures: for merging on this machine, and so that no name leaves it."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from tools.compiled import EXPRESSIONS
from tools.tables import table
from tools.warehouse import Warehouse

SHORTEST = {"name": 2, "customer_id": 4, "phone": 6, "email": 6}
"""Characters below which a value is too common a word to be taken for a person."""
_ASKED = ibis.table({"words": "string"}, name="asked")


def people_in(warehouse: Warehouse, text: str) -> list[str]:
    """Names, member numbers, phones and e-mails of the customers table that occur in `text`, longest first."""
    columns = tuple(column for column in SHORTEST if warehouse.has(f"customers.{column}"))
    if not columns:
        return []
    if warehouse.engine.unchanging:  # beside the query the text is no part of it, so that it is written once
        found = EXPRESSIONS.get(("people", columns), lambda: _different(
            [each.filter(_ASKED.words.max().as_scalar().contains(each.value)) for each in _values(columns)]
        ))  # fmt: skip
        rows = warehouse.run(found, {"asked": pa.table({"words": [text]})})
    else:  # a brand's warehouse may give no right to a temporary table
        every = _different(_values(columns))
        rows = warehouse.run(every.filter(ibis.literal(text).contains(every.value)))
    return sorted((row["value"] for row in rows.records), key=len, reverse=True)


def _values(columns: Sequence[str]) -> list[Table]:
    """What each of these columns holds that is long enough. Columns: value."""
    customers = table("customers")
    return [
        customers.filter(customers[column].length() >= SHORTEST[column]).select(value=customers[column])
        for column in columns
    ]


def _different(values: list[Table]) -> Table:
    return ibis.union(*values, distinct=True) if len(values) > 1 else values[0].distinct()


def sample(warehouse: Warehouse, members: Table, tier: str, n: int) -> list[dict[str, object]]:
    """The first `n` named customers of a tier, for a local preview of a draft; `members` as of `tiers.assign`.

    Each has customer_id, name, last_category (None without order lines) and days_since_last_order (days).
    """
    customers, items = table("customers"), table("order_items")
    members = members.filter(members.tier == tier)
    people = members.join(customers, "customer_id").select(
        "customer_id", customers.name, days_since_last_order=members.recency_days
    )
    known = items.filter(items.category.notnull())
    # Of several categories bought that day the same one on every engine.
    place = ibis.struct({"day": known.order_date, "category": known.category})
    latest = known.group_by("customer_id").agg(last_category=known.category.argmax(place))
    rows = people.left_join(latest, "customer_id").select(
        "customer_id", people["name"], latest.last_category, people.days_since_last_order
    )
    return warehouse.run(rows.order_by("customer_id").limit(n)).records
