"""The relations that metrics are measured on: one row an order, a buyer, a member of a tier, a gap, …

Every relation has `customer_id` and `day`; dimensions are added only where asked for. Metrics
in the catalogue name a relation and its columns, so the SQL of each idea is written once, here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

import ibis
from ibis import _
from ibis.common.deferred import Deferred
from ibis.expr.types import BooleanColumn, DateColumn, StringColumn, Table

from tools.calendar import month_end, step
from tools.dimensions import LINE, ORDER, PEOPLE, TIME, Scope
from tools.tables import first_orders, gaps, sales, table
from tools.tiers import assign, behaviour


@dataclass(frozen=True)
class Relation:
    """How to build one relation, and what can be asked of it."""

    build: Callable[[Scope], Table]
    columns: frozenset[str]
    dimensions: tuple[str, ...]
    orders: bool = False
    """One row an order (or an order's lines): rows count as orders."""
    distinct: tuple[str, ...] = ()
    """Dimensions in which one customer can stand in several rows."""
    once: frozenset[str] = frozenset()
    """Columns that hold for a customer in one order only: rows counted by them overlap by that order's lines alone."""
    shape: Callable[[Table, tuple[str, ...], Scope], Table] | None = None
    """Last step after dimensions and filters: groups the rows by the dimensions asked for."""


def _inside(day: DateColumn | Deferred, scope: Scope) -> list[BooleanColumn | Deferred]:
    since = [day >= ibis.literal(scope.start)] if scope.start else []
    return [*since, day <= ibis.literal(scope.end)]


def _between(rows: Table, scope: Scope) -> Table:
    return rows.filter(_inside(_.day, scope))


def _orders(scope: Scope, *, kinds: tuple[str, ...] = ("sale", "refund")) -> Table:
    # Few columns and few steps: compiling costs more than running on a table of this size.
    source = table("order_items" if scope.lines else "orders")
    kept = _inside(source.order_date, scope)
    kept += [source.kind == kind for kind in kinds] if len(kinds) == 1 else []
    discount = None if scope.lines else ibis.ifelse(source.list_amount.isnull(), 0, source.list_amount - source.amount)
    columns = {
        "amount": source.amount,
        "kind": source.kind,
        "units": source.quantity if scope.lines else source.units,
        "list_amount": None if scope.lines else source.list_amount,
        "discount": discount,
        "category": source.category if scope.lines else None,
        "product": source.product_name.fill_null(source.product_id) if scope.lines else None,
        "channel": None if scope.lines else source.channel,
        "city": None if scope.lines or scope.city_of_customer else source.city,
        "region": None if scope.lines else source.region,
    }
    wanted = {*scope.columns, *scope.dimensions, *(("amount",) if "revenue" in scope.columns else ())}
    named = {name: column for name, column in columns.items() if name in wanted and column is not None}
    rows = source.filter(kept).select("order_id", "customer_id", day="order_date", **named)
    names = [name for name in ORDER if name in scope.dimensions and not (name == "city" and scope.city_of_customer)]
    if not scope.lines or not names:
        return rows
    # An order's own channel and place: its lines do not carry them.
    orders = table("orders").group_by("order_id").agg(**{name: _[name].min() for name in names})
    return rows.left_join(orders, "order_id", rname="{name}_order")


def _sales(scope: Scope) -> Table:
    return _orders(scope, kinds=("sale",))


def _group_buyers(rows: Table, by: tuple[str, ...], scope: Scope) -> Table:
    """One row a buyer within each group: orders, revenue, whether new or returning there."""
    measures = {
        "orders": lambda: _.order_id.nunique() if scope.lines else _.count(),
        "revenue": lambda: _.amount.sum(),
        "order_days": lambda: _.day.nunique(),
        "is_new": lambda: (_.order_id == _.first_order).any(),
        "returning": lambda: (_.first_day < _.began).any(),
    }
    used = {name: make() for name, make in measures.items() if name in scope.columns}
    if {"is_new", "returning"} & used.keys():
        rows = rows.join(first_orders(), "customer_id", rname="{name}_first")
        # New and returning are told apart at the start of each period shown, so that they add up in it.
        start = ibis.literal(scope.begin)
        rows = rows.mutate(began=ibis.greatest(_[scope.time], start) if scope.time in by else start)
    return rows.group_by([*by, "customer_id"]).agg(**(used or {"orders": _.count()}))


def _ends(scope: Scope) -> list[date]:
    """Last days of the periods shown: one for each month or quarter, cut at the window's end."""
    if scope.time is None:
        return [scope.end]
    ends, day = [], month_end(scope.begin)
    while day < scope.end:
        if scope.time == "month" or day.month % 3 == 0:
            ends.append(day)
        day = month_end(step("month", day.replace(day=1), 1))
    return [*ends, scope.end]


def _members_on(days: list[date], scope: Scope) -> Table:
    frozen = [day for day in days if day in scope.frozen]
    snapshots = table("tier_snapshots")
    parts = [assign(day, scope.rules) for day in days if day not in scope.frozen]
    if frozen:
        dates = [ibis.literal(day) for day in frozen]
        parts.insert(0, snapshots.filter(_.as_of.isin(dates), _.rules_version == scope.rules.version))
    return reduce(lambda left, right: left.union(right), parts).rename(day="as_of")


def _members(scope: Scope) -> Table:
    return _members_on(_ends(scope), scope)


def _transitions(scope: Scope) -> Table:
    """Each customer's tier at the start and at the end of every period; `tier` is the one at the start."""
    days = [scope.begin - timedelta(days=1), *_ends(scope)]
    rows = _members_on(days, scope).select("customer_id", "day", "tier")
    # A customer with an order never leaves, so the next row is the next period's end.
    window = ibis.window(group_by="customer_id", order_by="day")
    rows = rows.mutate(tier_after=_.tier.lead().over(window), ended=_.day.lead().over(window))
    rows = rows.filter(_.tier_after.notnull())
    return rows.select("customer_id", "tier", day="ended", before=_state(rows.tier), after=_state(rows.tier_after))


def _state(tier: StringColumn) -> StringColumn:
    return ibis.ifelse(tier == "dormant", "dormant", "active")


def _profiles(scope: Scope) -> Table:
    customers = behaviour(scope.end, scope.rules)
    return customers.mutate(day=ibis.literal(scope.end))


def _gaps(scope: Scope) -> Table:
    return _between(gaps(), scope)


def _firsts(scope: Scope) -> Table:
    """One row a customer who first ordered in the window: days to the next order day, days observed since."""
    rows = sales().mutate(first=_.order_date.min().over(ibis.window(group_by="customer_id")))
    rows = rows.group_by("customer_id").agg(
        day=_.order_date.min(), second=_.order_date.min(where=_.order_date > _.first)
    )
    rows = rows.mutate(
        days_to_second=rows.second.delta(rows.day, unit="day"),
        observed_days=ibis.literal(scope.last_day).delta(rows.day, unit="day"),
    )
    return _between(rows, scope)


def _registered(scope: Scope) -> Table:
    customers = table("customers")
    names = [name for name in ORDER if name in scope.dimensions]
    return _between(customers.mutate(day=_.registered_at.date()).select("customer_id", "day", *names), scope)


CONVERSION_DAYS = 14


def _touches(scope: Scope) -> Table:
    """One row a message sent; `converted` when its customer bought within 14 days of it."""
    sent = table("touches").filter(_.arm == "treated").mutate(day=_.sent_at.date())
    sent = _between(sent, scope)
    if "campaign" in scope.dimensions:
        names = table("campaigns").select("campaign_id", campaign_name="name")
        sent = sent.left_join(names, "campaign_id", rname="{name}_named")
        sent = sent.mutate(campaign=_.campaign_name.fill_null(_.campaign_id))
    if "converted" in scope.columns:
        key = ["campaign_id", "customer_id", "day"]
        bought = sent.join(sales().select("customer_id", "order_date"), "customer_id")
        within = (_.order_date >= _.day) & (_.order_date <= _.day + ibis.interval(days=CONVERSION_DAYS))
        converted = bought.filter(within).select(*key).distinct().mutate(bought=True)
        sent = sent.left_join(converted, key, rname="{name}_bought").mutate(converted=_.bought.fill_null(False))
    return sent


_PEOPLE_AND_TIME = (*PEOPLE, *TIME)
RELATIONS: dict[str, Relation] = {
    "orders": Relation(_orders, frozenset({"kind", "amount"}), (*_PEOPLE_AND_TIME, *ORDER, *LINE), orders=True,
                       distinct=(*TIME, *ORDER, *LINE)),
    "sales": Relation(_sales, frozenset({"amount", "list_amount", "discount", "units"}),
                      (*_PEOPLE_AND_TIME, *ORDER, *LINE), orders=True, distinct=(*TIME, *ORDER, *LINE)),
    "buyers": Relation(_sales, frozenset({"orders", "revenue", "order_days", "is_new", "returning"}),
                       (*_PEOPLE_AND_TIME, *ORDER, *LINE), distinct=(*TIME, *ORDER, *LINE),
                       once=frozenset({"is_new"}), shape=_group_buyers),
    "members": Relation(_members, frozenset({"tier", "recency_days", "orders_365", "spend_365"}),
                        (*PEOPLE, *ORDER, "month", "quarter"), distinct=("month", "quarter")),
    "transitions": Relation(_transitions, frozenset({"before", "after"}), ("tier", *ORDER, "month", "quarter"),
                            distinct=("month", "quarter")),
    "profiles": Relation(_profiles, frozenset({"orders", "spend", "recency_days"}), (*PEOPLE, *ORDER)),
    "gaps": Relation(_gaps, frozenset({"gap"}), (*_PEOPLE_AND_TIME, *ORDER)),
    "firsts": Relation(_firsts, frozenset({"days_to_second", "observed_days"}), (*_PEOPLE_AND_TIME, *ORDER)),
    "registered": Relation(_registered, frozenset(), (*TIME, "channel", "city")),
    "touches": Relation(_touches, frozenset({"delivered", "opened", "clicked", "unsubscribed", "converted"}),
                        (*_PEOPLE_AND_TIME, "campaign", "channel"), distinct=(*TIME, "campaign", "channel")),
}  # fmt: skip
