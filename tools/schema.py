"""Canonical tables of a workspace: the one place that names their columns.

Loading fills them, the warehouse reads them. Money is DECIMAL(18,4) so that sums do not
depend on row order; instants are naive and in the workspace's own time zone.
"""

from __future__ import annotations

from itertools import starmap

MONEY = "DECIMAL(18,4)"
TIMEZONE = "Asia/Shanghai"
"""Of a workspace, whatever the machine's: its instants, and the hour that it is there now."""

TABLES: dict[str, dict[str, str]] = {
    # One row an order or refund. `amount` is what was paid: > 0 for a sale, < 0 for a refund.
    "orders": {
        "order_id": "VARCHAR", "customer_id": "VARCHAR", "ordered_at": "TIMESTAMP", "order_date": "DATE",
        "kind": "VARCHAR",  # 'sale' | 'refund'
        "amount": MONEY, "list_amount": MONEY, "units": "DOUBLE", "channel": "VARCHAR", "city": "VARCHAR",
        "region": "VARCHAR",  # Country, province or state.
    },
    # One row an order line; carries its order's customer, day and kind so that it can be cut alone.
    "order_items": {
        "order_id": "VARCHAR", "customer_id": "VARCHAR", "order_date": "DATE", "kind": "VARCHAR",
        "product_id": "VARCHAR", "product_name": "VARCHAR", "category": "VARCHAR",
        "quantity": "DOUBLE", "unit_price": MONEY, "amount": MONEY,
    },
    # The only table with personal data. Nothing that feeds a model reads name, phone or email.
    "customers": {
        "customer_id": "VARCHAR", "name": "VARCHAR", "phone": "VARCHAR", "email": "VARCHAR",
        "city": "VARCHAR", "channel": "VARCHAR", "member_level": "VARCHAR", "registered_at": "TIMESTAMP",
        "member_no": "VARCHAR", "device_id": "VARCHAR",  # What tells accounts of one person, beside phone and email.
    },
    "products": {"product_id": "VARCHAR", "product_name": "VARCHAR", "category": "VARCHAR", "price": MONEY},
    "events": {
        "customer_id": "VARCHAR", "event_type": "VARCHAR", "event_at": "TIMESTAMP",
        "product_id": "VARCHAR", "category": "VARCHAR",
    },
    "campaigns": {
        "campaign_id": "VARCHAR", "name": "VARCHAR", "channel": "VARCHAR", "tier": "VARCHAR", "goal": "VARCHAR",
        "offer": "VARCHAR", "start_date": "DATE", "end_date": "DATE", "cost": MONEY,
    },
    # Who was sent what: arm is 'treated' or 'holdout' (a holdout row was eligible and not sent).
    "touches": {
        "campaign_id": "VARCHAR", "customer_id": "VARCHAR", "arm": "VARCHAR", "channel": "VARCHAR",
        "sent_at": "TIMESTAMP", "delivered": "BOOLEAN", "opened": "BOOLEAN", "clicked": "BOOLEAN",
        "unsubscribed": "BOOLEAN",
    },
    "costs": {"cost_date": "DATE", "channel": "VARCHAR", "campaign_id": "VARCHAR", "item": "VARCHAR", "amount": MONEY},
    "consents": {"customer_id": "VARCHAR", "channel": "VARCHAR", "consented": "BOOLEAN", "updated_at": "TIMESTAMP"},
}

# Column that says when a row happened. The first of these tables with rows dates a workspace: its first and last day.
DATED = {
    "orders": "order_date", "events": "event_at", "touches": "sent_at", "costs": "cost_date",
    "campaigns": "start_date", "customers": "registered_at", "consents": "updated_at",
}  # fmt: skip

# Bookkeeping of the loader.
BOOKS: dict[str, dict[str, str]] = {
    "quarantine": {
        "load_id": "VARCHAR", "table_name": "VARCHAR", "source": "VARCHAR", "row_number": "BIGINT",
        "reason": "VARCHAR", "row_text": "VARCHAR",
    },
    "loads": {
        "load_id": "VARCHAR", "table_name": "VARCHAR", "source": "VARCHAR", "sha256": "VARCHAR",
        "loaded_at": "TIMESTAMP", "rows_read": "BIGINT", "rows_kept": "BIGINT",
        "set_aside": "VARCHAR", "columns": "VARCHAR",
    },
    # Accounts that were erased, as salted marks (tools/erasure/marks.py).
    "erased": {"mark": "VARCHAR", "salt": "VARCHAR", "erased_at": "TIMESTAMP"},
}

# Facts built once after each load (tools/facts.py), so that questions do not recompute them.
FACTS: dict[str, dict[str, str]] = {
    # Tier membership at each month end and on the last day: frozen per day and rule version.
    "tier_snapshots": {
        "as_of": "DATE", "customer_id": "VARCHAR", "tier": "VARCHAR", "recency_days": "INTEGER",
        "orders_365": "INTEGER", "spend_365": MONEY, "rules_version": "VARCHAR",
    },
    # One row an adoption. The row with the highest `adopted` is in force; earlier ones explain older snapshots.
    # `estimated_on` is the data's last day then, `adopted_at` the machine's time (empty when a load adopted them).
    "tier_rules": {
        "rules_version": "VARCHAR", "dormancy_days": "INTEGER", "settings": "VARCHAR",
        "estimated_on": "DATE", "adopted": "INTEGER", "adopted_at": "TIMESTAMP",
    },
    # Orders of each customer by month (its first day), by channel and over all history (tools/customer_facts.py).
    "customer_months": {
        "customer_id": "VARCHAR", "month": "DATE", "orders": "BIGINT", "revenue": MONEY, "order_days": "INTEGER",
    },
    "customer_channels": {
        "customer_id": "VARCHAR", "channel": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "last": "TIMESTAMP",
        "orders": "BIGINT", "refunds": "BIGINT", "refund_amount": MONEY,
    },
    "customer_facts": {
        "customer_id": "VARCHAR", "first_day": "DATE", "last_day": "DATE", "orders": "BIGINT", "revenue": MONEY,
        "order_days": "INTEGER", "first_month": "DATE", "refunds": "BIGINT", "refund_amount": MONEY,
        "preferred_channel": "VARCHAR", "city": "VARCHAR", "region": "VARCHAR",
    },
    # Small tables that the usual questions add up (tools/cells.py); `cells` says which day and rules they hold for,
    # and has no row while they hold for none.
    "cells": {"as_of": "DATE", "rules_version": "VARCHAR"},
    "tier_cells": {
        "as_of": "DATE", "rules_version": "VARCHAR", "tier": "VARCHAR", "customers": "BIGINT", "revenue": MONEY,
        "orders": "BIGINT", "recency": "DOUBLE",
    },
    "tier_moves": {
        "from_day": "DATE", "to_day": "DATE", "rules_version": "VARCHAR", "source": "VARCHAR", "target": "VARCHAR",
        "customers": "BIGINT", "revenue": MONEY,
    },
    "month_cells": {
        "month": "DATE", "cohort": "DATE", "tier": "VARCHAR", "customers": "BIGINT", "orders": "BIGINT",
        "revenue": MONEY,
    },
    "sales_days": {
        "day": "DATE", "channel": "VARCHAR", "city": "VARCHAR", "region": "VARCHAR", "orders": "BIGINT",
        "revenue": MONEY,
    },
    "rfm_cells": {
        "recency_days": "BIGINT", "orders": "BIGINT", "upper": "BIGINT", "lower": "BIGINT", "r_rfm": "BIGINT",
        "customers": "BIGINT", "spend": MONEY,
    },
    "rfm_points": {f"{score}_score_{at}": "DOUBLE" for score in ("recency", "frequency", "monetary")
                   for at in (20, 40, 60, 80)},
}

# Which accounts are one person (tools/identity): each run is a version, the highest one not undone is in force.
IDENTITY: dict[str, dict[str, str]] = {
    # kind: "link" or "review" (a person decided). `model` holds m and u, `summary` the figures (JSON).
    "link_runs": {
        "run": "INTEGER", "kind": "VARCHAR", "made_at": "TIMESTAMP", "undone": "BOOLEAN",
        "settings": "VARCHAR", "model": "VARCHAR", "summary": "VARCHAR",
    },
    # Accounts that share their person with another account; everybody else is a person of their own.
    "persons": {"run": "INTEGER", "customer_id": "VARCHAR", "person_id": "VARCHAR"},
    # Pairs (one < other); evidence is JSON: field -> level and match weight in bits, never a value.
    "links": {
        "run": "INTEGER", "link_id": "VARCHAR", "one": "VARCHAR", "other": "VARCHAR", "rule": "VARCHAR",
        "probability": "DOUBLE", "evidence": "VARCHAR", "decision": "VARCHAR", "reason": "VARCHAR",
    },
    # What people decided, in the run that it made; undone with it.
    "link_decisions": {
        "run": "INTEGER", "one": "VARCHAR", "other": "VARCHAR", "decision": "VARCHAR", "decided_at": "TIMESTAMP",
    },
    # Values of too many accounts to be evidence: how many, and one account that holds it.
    "link_shared": {"run": "INTEGER", "rule": "VARCHAR", "accounts": "BIGINT", "example": "VARCHAR"},
}

# Facts that orders tell: a file of an earlier version that lacks one of their columns has them built again.
COUNTED = ("customer_months", "customer_channels", "customer_facts")

# Facts that the usual questions add up, see tools/cells.py.
CELLS = ("cells", "tier_cells", "tier_moves", "month_cells", "sales_days", "rfm_cells", "rfm_points")

# Facts that are the brand's, not a customer's: persons and accounts share them.
SHARED_FACTS = ("tier_rules",)

# Columns that files of earlier versions lack: added on the next load, empty until then.
ADDED = [
    ("orders", "region"), ("tier_rules", "adopted_at"), ("customers", "member_no"), ("customers", "device_id"),
]  # fmt: skip


# Ids hardly repeat within a block: compressing them takes half the time of writing a table.
_AS_THEY_ARE = ("customer_id", "order_id")


def create_statements() -> list[str]:
    """CREATE TABLE IF NOT EXISTS for every canonical, bookkeeping and fact table, and the columns added since."""
    tables = TABLES | BOOKS | FACTS | IDENTITY
    return [
        *(
            f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(starmap(_column, columns.items()))})"
            for name, columns in tables.items()
        ),
        *(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {column} {tables[name][column]}" for name, column in ADDED),
    ]


def _column(name: str, kind: str) -> str:
    return f"{name} {kind}{' USING COMPRESSION uncompressed' if name in _AS_THEY_ARE else ''}"
