"""Relations of events: what people did on the site or in the app, by event, by visitor, by product in the cart."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

from tools.dimensions import CATEGORY, COHORT, HOUR, PEOPLE, PRODUCT, STEP, TIME, TIME_OF_DAY, Scope, hour
from tools.relations.relation import Relation, between, flags, numbers
from tools.tables import table

STEPS: dict[str, tuple[str, ...]] = {
    "view": ("pv", "view", "page_view", "pageview", "view_item", "product_view", "click", "浏览", "浏览商品", "点击"),
    "cart": ("cart", "add_to_cart", "addtocart", "add to cart", "加购", "加入购物车"),
    "favourite": ("fav", "favorite", "favourite", "like", "wishlist", "add_to_wishlist", "collect", "收藏"),
    "buy": ("buy", "purchase", "order", "transaction", "checkout_completed", "paid", "购买", "下单", "支付"),
}
"""Step of the way to a purchase -> names that trackers give it; any other name is "other"."""


def step_of(event_type: StringValue) -> StringValue:
    plain = event_type.strip().lower()
    return ibis.cases(*((plain.isin(list(names)), step) for step, names in STEPS.items()), else_="other")


def named_products(rows: Table) -> Table:
    """Rows with `product`: the product's name where the products are loaded, else its id."""
    names = table("products").group_by("product_id").agg(product_name=_.product_name.max())
    rows = rows.left_join(names, "product_id", rname="{name}_named").drop("product_id_named")
    return rows.mutate(product=_.product_name.fill_null(_.product_id)).drop("product_name")


def _events(scope: Scope) -> Table:
    wanted = {*scope.columns, *scope.dimensions}
    extra = {HOUR: hour(_.event_at)} if HOUR in wanted else {}
    extra |= {STEP: step_of(_.event_type)} if wanted & {STEP, "views", "carts", "buys"} else {}
    rows = between(table("events").mutate(day=_.event_at.date(), **extra), scope)
    return named_products(rows) if PRODUCT in scope.dimensions else rows


def _group_visitors(rows: Table, by: tuple[str, ...], scope: Scope) -> Table:
    """One row a visitor within each group: how often each step was taken."""
    steps = {"views": "view", "carts": "cart", "buys": "buy"}
    counts = {name: _.count(where=_.step == step) for name, step in steps.items() if name in scope.columns}
    return rows.group_by([*by, "customer_id"]).agg(**counts)


def _carts(scope: Scope) -> Table:
    """One row a customer and product put in the cart in the window: `bought` when bought from then to its end."""
    rows = table("events").mutate(day=_.event_at.date(), step=step_of(_.event_type))
    rows = between(rows.filter(_.product_id.notnull()), scope)
    pairs = rows.group_by("customer_id", "product_id").agg(
        carted_at=_.event_at.min(where=_.step == "cart"), bought_at=_.event_at.max(where=_.step == "buy"),
        category=_.category.min(),
    ).filter(_.carted_at.notnull())  # fmt: skip
    pairs = pairs.mutate(day=_.carted_at.date(), bought=(_.bought_at >= _.carted_at).fill_null(False))
    return named_products(pairs) if PRODUCT in scope.dimensions else pairs


_OWN = (STEP, CATEGORY, PRODUCT)
_PERSON = (*PEOPLE, COHORT)
_SEVERAL = (*TIME, *TIME_OF_DAY, *_OWN)

RELATIONS = {
    "events": Relation(
        _events, {STEP: (*STEPS, "other")}, (*_PERSON, *_SEVERAL), tables=("events",), distinct=_SEVERAL
    ),
    "visitors": Relation(
        _events, numbers("views", "carts", "buys"), (*_PERSON, *TIME, *TIME_OF_DAY, CATEGORY, PRODUCT),
        tables=("events",), distinct=_SEVERAL, shape=_group_visitors,
    ),
    "carts": Relation(
        _carts, flags("bought"), (*_PERSON, *TIME, CATEGORY, PRODUCT), tables=("events",),
        distinct=(*TIME, CATEGORY, PRODUCT),
    ),
}  # fmt: skip
