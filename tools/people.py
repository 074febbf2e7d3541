"""The customers behind the figures: for merging on this machine, and so that no name leaves it."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from tools.tables import table
from tools.warehouse import Warehouse

SHORTEST = {"name": 2, "customer_id": 4, "phone": 6, "email": 6}
"""Characters below which a value is too common a word to be taken for a person."""


def people_in(warehouse: Warehouse, text: str) -> list[str]:
    """Names, member numbers, phones and e-mails of the customers table that occur in `text`, longest first."""
    if "customers" not in warehouse.tables():
        return []
    customers = table("customers")
    values = [
        customers.filter(customers[column].length() >= least).select(value=customers[column])
        for column, least in SHORTEST.items()
        if warehouse.has(f"customers.{column}")
    ]
    if not values:
        return []
    found = ibis.union(*values, distinct=True) if len(values) > 1 else values[0].distinct()
    found = found.filter(ibis.literal(text).contains(found.value))
    return sorted((row["value"] for row in warehouse.run(found).records), key=len, reverse=True)


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
