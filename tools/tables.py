"""The canonical tables as unbound Ibis tables: expressions over them compile for any engine."""

from __future__ import annotations

from functools import cache

import ibis
from ibis.expr.types import Table

from tools import schema
from tools.compiled import CompiledSql

_TYPES = {"VARCHAR": "string", "DOUBLE": "float64", "BIGINT": "int64", "INTEGER": "int32",
          "DATE": "date", "TIMESTAMP": "timestamp", "BOOLEAN": "boolean", schema.MONEY: "decimal(18, 4)"}  # fmt: skip


@cache
def table(name: str) -> Table:
    """The unbound table `name` of `tools.schema`."""
    columns = (schema.TABLES | schema.BOOKS | schema.FACTS | schema.IDENTITY)[name]
    return ibis.table({column: _TYPES[kind] for column, kind in columns.items()}, name=name)


def accounts() -> Table:
    """Every account on file and the customer that it counts as: itself, or the person it belongs to.

    Columns: account_id, customer_id, phone, email; phone and e-mail are the account's own.
    """
    return ibis.table(dict.fromkeys(("account_id", "customer_id", "phone", "email"), "string"), name="accounts")


_DUCKDB = CompiledSql()


def compile_sql(expression: Table) -> str:
    """SQL of an expression in DuckDB's dialect."""
    return _DUCKDB.sql(expression, lambda: str(ibis.to_sql(expression, dialect="duckdb")))


def sales() -> Table:
    """Paid orders, without refunds."""
    orders = table("orders")
    return orders.filter(orders.kind == "sale")


def first_orders() -> Table:
    """Each customer's first paid order. Columns: customer_id, first_order, first_day."""
    order = ibis.window(group_by="customer_id", order_by=["ordered_at", "order_id"])
    ranked = sales().mutate(place=ibis.row_number().over(order))
    return ranked.filter(ranked.place == 0).select("customer_id", first_order="order_id", first_day="order_date")


def gaps() -> Table:
    """Days between consecutive order days of a customer (same-day orders count as one).

    Columns: customer_id, day (the later of the two), gap (days).
    """
    days = sales().select("customer_id", day="order_date")
    window = ibis.window(group_by="customer_id", order_by="day")
    paired = days.mutate(before=days.day.lag().over(window))
    # Orders of one day stand beside each other, so that only the first of them has a day before.
    return paired.filter(paired.day > paired.before).select(
        "customer_id", "day", gap=paired.day.delta(paired.before, unit="day")
    )
