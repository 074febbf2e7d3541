"""The canonical tables as expressions over a brand's own tables, by its mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import ibis
import ibis.expr.operations as ops
from ibis import _
from ibis.expr.types import BooleanValue, Table, Value

from tools import schema
from tools.customer_facts import expressions
from tools.engines.mapping import REQUIRED, ColumnSpec, Rule, TableSpec
from tools.tables import accounts, table

Localise = Callable[[Value, str, str], Value]
"""An instant without a zone, moved from one zone's clock to another's: each dialect spells it its own way."""
OF_ORDER = ("customer_id", "order_date")
"""Columns of an order line that its order knows."""


def empty(name: str) -> Table:
    """A canonical table that the brand has not: its columns, no row."""
    columns = {column: ibis.null(kind) for column, kind in table(name).schema().items()}
    one = ibis.literal(1).name("one").as_table()
    return one.select(**columns).filter(ibis.literal(False))


def one_row(values: Mapping[str, object], kinds: Mapping[str, object] | None = None) -> Table:
    """A table of one row with these values, in these types where they are given."""
    one = ibis.literal(1).name("one").as_table()
    return one.select(**{name: ibis.literal(value, (kinds or {}).get(name)) for name, value in values.items()})


def placed(expression: Table, tables: Mapping[Table, Table]) -> Table:
    """The expression with each unbound table replaced by what holds its rows."""
    return expression.op().replace({unbound.op(): found.op() for unbound, found in tables.items()}).to_expr()


def canonical(name: str, spec: TableSpec, source: Table, zone: str, localise: Localise) -> Table:
    """Rows of the brand's table as those of the canonical one; what is not mapped is NULL.

    `source` has the brand's own columns. Rows where a required column is empty are left out.
    """
    rows = source.filter(*[holds(rule, source) for rule in spec.where]) if spec.where else source
    values = {
        column: _value(spec.columns[column], rows, zone, localise).cast(table(name).schema()[column])
        for column in table(name).columns
        if column in spec.columns
    }
    marks = {f"~{rule}": holds(getattr(spec, rule), rows) for rule in ("refund", "refunded") if getattr(spec, rule)}
    found = rows.select(**values, **marks)
    found = found.filter(*[_told(found, need) for need in REQUIRED[name]])
    if name == "orders":
        found = _dated(found)
    if "kind" in schema.TABLES[name]:
        found = _with_kinds(found, spec)
    return found


def whole(name: str, found: Table) -> Table:
    """Every column of the canonical table in its order and type, NULL where there is none."""
    return found.select(**{
        column: found[column].cast(kind) if column in found.columns else ibis.null(kind)
        for column, kind in table(name).schema().items()
    })


def completed(found: Mapping[str, Table]) -> dict[str, Table]:
    """Every canonical table: those that are mapped, with what one knows of another, and the others empty."""
    tables = dict(found)
    if "order_items" in tables and "orders" in tables:
        tables["order_items"] = _of_orders(tables["order_items"], tables["orders"])
    return {name: whole(name, tables[name]) if name in tables else empty(name) for name in schema.TABLES}


def derived(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Facts a customer, worked out in each query that needs them."""
    known = {table(name): rows for name, rows in tables.items()}
    return {name: placed(_unsorted(rows), known) for name, rows in expressions().items()}


def _unsorted(rows: Table) -> Table:
    # The order of stored rows is no part of what they say, and sorting a subquery is work for nothing.
    return rows.op().parent.to_expr() if isinstance(rows.op(), ops.Sort) else rows


def accounts_of(customers: Table) -> Table:
    """`tools.tables.accounts` where every account is a customer."""
    return customers.select(account_id="customer_id", customer_id="customer_id", phone="phone", email="email").cast(
        accounts().schema()
    )


def holds(rule: Rule, rows: Table) -> BooleanValue:
    """Whether a rule's tests hold; an empty value meets none but `not_in`."""
    column = rows[rule.column]
    tests = []
    if rule.among is not None:
        tests.append(column.isin(rule.among))
    if rule.not_in is not None:
        tests.append(column.notin(rule.not_in) | column.isnull())
    if rule.below is not None:
        tests.append(column < rule.below)
    if rule.above is not None:
        tests.append(column > rule.above)
    return reduce(lambda one, more: one & more, tests)


def _value(spec: ColumnSpec, rows: Table, zone: str, localise: Localise) -> Value:
    if spec.constant is not None:
        return ibis.literal(spec.constant)
    column = rows[spec.column]
    if spec.divide != 1:
        column = column.cast("decimal(38, 4)") / spec.divide
    kind = column.type()
    if kind.is_timestamp() and kind.timezone is None and spec.timezone and spec.timezone != zone:
        return localise(column, spec.timezone, zone)
    return column


def _told(rows: Table, need: str) -> BooleanValue:
    return reduce(lambda one, more: one | more, [rows[each].notnull() for each in need.split("|") if each in rows])


def _dated(orders: Table) -> Table:
    """Orders with both their instant and their day, each from the other where only one is mapped."""
    if "order_date" not in orders.columns:
        return orders.mutate(order_date=orders.ordered_at.date())
    if "ordered_at" not in orders.columns:
        return orders.mutate(ordered_at=orders.order_date.cast("timestamp"))
    return orders


def _with_kinds(rows: Table, spec: TableSpec) -> Table:
    """Rows with kind 'sale' or 'refund' and the sign that goes with it; an order refunded later becomes two."""
    back = rows["~refund"] if spec.refund else rows.amount < 0
    rows = rows.mutate(
        kind=ibis.ifelse(back, "refund", "sale"), amount=ibis.ifelse(back, -rows.amount.abs(), rows.amount)
    )
    if spec.refunded:
        undone = rows.filter(rows["~refunded"], rows.kind == "sale")
        rows = rows.union(undone.mutate(kind=ibis.literal("refund"), amount=-_.amount))
    return rows.drop(*[name for name in rows.columns if name.startswith("~")])


def _of_orders(lines: Table, orders: Table) -> Table:
    """Lines with the customer and the day of their order, where the brand keeps them only there."""
    lacking = [name for name in OF_ORDER if name not in lines.columns]
    if not lacking:
        return lines
    known = orders.filter(orders.kind == "sale").group_by("order_id").agg(
        customer_id=_.customer_id.min(), order_date=_.order_date.min()
    )  # fmt: skip
    joined = lines.join(known, "order_id", rname="{name}_order")
    return joined.select(*lines.columns, *lacking)
