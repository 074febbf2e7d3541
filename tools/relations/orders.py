"""Relations of orders: the orders themselves, sales alone, and their buyers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import NumericColumn, Table, Value

from tools.calendar import month_end
from tools.dimensions import COHORT, LINE, NEWNESS, ORDER, PEOPLE, TIME, TIME_OF_DAY, Scope, hour, with_newness
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
    known = {"hour": hour(source.ordered_at), **{name: source[name] for name in ORDER}}
    names = [name for name in known if name in scope.dimensions and not (name == "city" and scope.city_of_customer)]
    if not names:
        return rows
    orders = source.group_by("order_id").agg(**{name: known[name].min() for name in names})
    return rows.left_join(orders, "order_id", rname="{name}_order")


def _sales(scope: Scope) -> Table:
    return _months(scope) if scope.months else _orders(scope, kinds=("sale",))


def _months(scope: Scope) -> Table:
    """One row a customer and month, with the number of orders and what was paid for them."""
    source = table("customer_months")
    return source.filter(inside(source.month, scope)).select("customer_id", "orders", day="month", amount="revenue")


def months_tell(start: date | None, end: date, dimensions: Iterable[str], columns: Iterable[str], last: date) -> bool:
    """Whether `customer_months` holds what is asked of sales; `last` is the data's last day."""
    whole = (start is None or start.day == 1) and (end >= last or end == month_end(end))
    return whole and {*dimensions} <= {"month", "quarter", COHORT, *PEOPLE} and {*columns} <= {"amount"}


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

RELATIONS = {
    "orders": Relation(
        _orders, {**numbers("amount", "refunded"), "kind": ("sale", "refund")}, _DIMENSIONS,
        orders=True, lines=True, distinct=_SEVERAL,
    ),
    "sales": Relation(
        _sales, {**numbers("amount", "list_amount", "discount", "units"), NEWNESS: ("new", "returning")}, _DIMENSIONS,
        orders=True, lines=True, distinct=_SEVERAL, periodic=frozenset({NEWNESS}),
    ),
    "buyers": Relation(
        _buying,
        numbers("orders", "revenue", "order_days", "categories", "rank_share") | flags("is_new", "returning"),
        _DIMENSIONS, lines=True, distinct=_SEVERAL, once=frozenset({"is_new"}), ranked=frozenset({"rank_share"}),
        shape=_group_buyers,
    ),
}  # fmt: skip
