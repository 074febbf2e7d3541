"""Relations of orders: the orders themselves, sales alone, and their buyers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import NumericColumn, Table, Value

from tools.calendar import month_end
from tools.dimensions import (
    COHORT,
    LINE,
    NEWNESS,
    ORDER,
    ORDER_VALUE,
    PEOPLE,
    TIME,
    TIME_OF_DAY,
    WEEKDAY,
    Scope,
    hour,
    order_value,
    with_newness,
)  # fmt: skip
from tools.relations.relation import Relation, flags, inside, numbers
from tools.tables import first_orders, table


def _orders(scope: Scope, *, kinds: tuple[str, ...] = ("sale", "refund")) -> Table:
    # Few columns and few steps: compiling costs more than running on a table of this size.
    source = table("order_items" if scope.lines else "orders")
    kept = inside(source.order_date, scope)
    kept += [source.kind == kind for kind in kinds] if len(kinds) == 1 else []
    wanted = {*scope.columns, *scope.dimensions}
    columns = _of_lines(source) if scope.lines else _of_orders(source, scope)
    named = {name: column for name, column in columns.items() if name in wanted}
    rows = source.filter(kept).select("order_id", "customer_id", day="order_date", **named)
    rows = _with_orders(rows, scope) if scope.lines else rows
    return with_newness(rows, scope) if NEWNESS in wanted else rows


def _of_orders(source: Table, scope: Scope) -> dict[str, Value]:
    return {
        **{name: source[name] for name in ("amount", "kind", "units", "list_amount", "channel", "region")},
        **({} if scope.city_of_customer else {"city": source.city}),
        "refunded": _refunded(source),
        "discount": ibis.ifelse(source.list_amount.isnull(), 0, source.list_amount - source.amount),
        "hour": hour(source.ordered_at),
        ORDER_VALUE: order_value(source.amount),
    }


def _of_lines(source: Table) -> dict[str, Value]:
    return {
        **{name: source[name] for name in ("amount", "kind", "category")},
        "refunded": _refunded(source),
        "units": source.quantity,
        "product": source.product_name.fill_null(source.product_id),
    }


def _refunded(source: Table) -> Value:
    """What was paid back, as a positive amount; 0 for a sale."""
    return ibis.ifelse(source.kind == "refund", -source.amount, 0)


def _with_orders(rows: Table, scope: Scope) -> Table:
    """An order's own channel, place and hour: its lines do not carry them."""
    source = table("orders")
    # An order's own row pays most: what is refunded of it is below nothing.
    known = {"hour": hour(source.ordered_at).min(), ORDER_VALUE: order_value(source.amount.max()),
             **{name: source[name].min() for name in ORDER}}  # fmt: skip
    names = [name for name in known if name in scope.dimensions and not (name == "city" and scope.city_of_customer)]
    if not names:
        return rows
    orders = source.group_by("order_id").agg(**{name: known[name] for name in names})
    return rows.left_join(orders, "order_id", rname="{name}_order")


def _sales(scope: Scope) -> Table:
    return _stored(scope) if scope.stored else _orders(scope, kinds=("sale",))


def _stored(scope: Scope) -> Table:
    """Rows of a table of facts, with the number of orders in each and what was paid for them."""
    source = table(scope.stored)
    day = source["day" if "day" in source.columns else "month"]
    carried = [name for name in ("customer_id", *scope.dimensions) if name in source.columns and name not in TIME]
    return source.filter(inside(day, scope)).select(*carried, "orders", day=day, amount=source.revenue)


_OF_MONTHS = {"month", "quarter", COHORT}


def stored_for(
    start: date | None, end: date, dimensions: Iterable[str], columns: Iterable[str], last: date, *, cells: bool
) -> str:
    """Table of facts that holds what is asked of sales: the smallest that does, "" for none.

    Args:
        last: the data's last day.
        cells: whether those of `tools.cells` are stored, of the last day and the rules in force.
    """
    if not {*columns} <= {"amount"}:
        return ""
    asked = {*dimensions}
    months = (start is None or start.day == 1) and (end >= last or end == month_end(end))
    if cells and months and asked <= _OF_MONTHS | ({"tier"} if end == last else set()):
        return "month_cells"
    if cells and asked <= {*TIME, WEEKDAY, *ORDER}:
        return "sales_days"
    return "customer_months" if months and asked <= _OF_MONTHS | {*PEOPLE} else ""


def _buying(scope: Scope) -> Table:
    needs = {"amount"} if scope.columns & {"revenue", "rank_share"} else set()
    needs |= {"category"} if "categories" in scope.columns else set()
    return _sales(scope.also(needs))


def _group_buyers(rows: Table, by: tuple[str, ...], scope: Scope) -> Table:
    """One row a buyer within each group: orders, revenue, whether new or returning there, place by revenue."""
    measures = {
        "orders": lambda: _.order_id.nunique() if scope.lines else _.count(),
        "revenue": lambda: _.amount.sum(),
        "order_days": lambda: _.day.nunique(),
        "categories": lambda: _.category.nunique(),
        "is_new": lambda: (_.order_id == _.first_order).any(),
        "returning": lambda: (_.first_day < _.began).any(),
    }
    used = {name: make() for name, make in measures.items() if name in scope.columns}
    if {"is_new", "returning"} & used.keys():
        rows = rows.join(first_orders(), "customer_id", rname="{name}_first")
        # New and returning are told apart at the start of each period shown, so that they add up in it.
        start = ibis.literal(scope.begin)
        rows = rows.mutate(began=ibis.greatest(_[scope.time], start) if scope.time in by else start)
    buyers = rows.group_by([*by, "customer_id"]).agg(**(used or {"orders": _.count()}))
    return buyers.mutate(rank_share=_rank_share(by)) if "rank_share" in scope.columns else buyers


def _rank_share(by: tuple[str, ...]) -> NumericColumn:
    """Place of a buyer by revenue as a share of the group's buyers: 0.2 ends the top fifth."""
    order = ibis.window(group_by=list(by), order_by=[_.revenue.desc(), _.customer_id])
    return (ibis.row_number().over(order) + 1) / _.count().over(ibis.window(group_by=list(by)))


_DIMENSIONS = (*PEOPLE, COHORT, NEWNESS, *TIME, *TIME_OF_DAY, *ORDER, *LINE)
_SEVERAL = (NEWNESS, *TIME, *TIME_OF_DAY, *ORDER, *LINE)
_OF_SALES = (*_DIMENSIONS, ORDER_VALUE)
"""A refund has an amount of its own, which is not that of its order."""

RELATIONS = {
    "orders": Relation(
        _orders, {**numbers("amount", "refunded"), "kind": ("sale", "refund")}, _DIMENSIONS,
        orders=True, lines=True, distinct=_SEVERAL,
    ),
    "sales": Relation(
        _sales, {**numbers("amount", "list_amount", "discount", "units"), NEWNESS: ("new", "returning")}, _OF_SALES,
        orders=True, lines=True, distinct=(*_SEVERAL, ORDER_VALUE), periodic=frozenset({NEWNESS}),
    ),
    "buyers": Relation(
        _buying,
        numbers("orders", "revenue", "order_days", "categories", "rank_share") | flags("is_new", "returning"),
        _OF_SALES, lines=True, distinct=(*_SEVERAL, ORDER_VALUE), once=frozenset({"is_new"}),
        ranked=frozenset({"rank_share"}), shape=_group_buyers,
    ),
}  # fmt: skip
