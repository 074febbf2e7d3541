"""Which customers a text mentions: asked so that their names never leave the machine."""

from __future__ import annotations

import ibis

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
