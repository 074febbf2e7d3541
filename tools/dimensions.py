"""What rows can be split and filtered by: periods, tiers and scores, channel and place, product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from tools import rfm
from tools.tables import sales, table
from tools.tiers import TierRules, members

TIME = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}
PROFILE = ("lifecycle", "recency_score", "frequency_score", "monetary_score")
PEOPLE = ("tier", *PROFILE)
ORDER = ("channel", "city", "region")
LINE = ("category", "product")

# Relations of customers, not of orders: a customer's channel and place there are those of one order.
BY_LAST_ORDER = ("members", "transitions", "profiles", "gaps")
BY_FIRST_ORDER = ("firsts",)
BY_ORDER = ("orders", "sales", "buyers")


@dataclass(frozen=True)
class Scope:
    """What a relation is built for: days, rules, and which columns and dimensions are wanted."""

    start: date | None
    end: date
    first_day: date
    last_day: date
    """Last day of the data: later behaviour of a cohort is visible up to here."""
    rules: TierRules
    frozen: frozenset[date] = frozenset()
    columns: frozenset[str] = frozenset()
    dimensions: tuple[str, ...] = ()
    city_of_customer: bool = False
    """Take the city from the customer, not from the order."""
    lines: bool = False
    """Take order lines instead of orders, because only they know category and product."""

    @property
    def begin(self) -> date:
        return self.start or self.first_day

    @property
    def time(self) -> str | None:
        return next((name for name in self.dimensions if name in TIME), None)


def with_dimensions(rows: Table, scope: Scope, *, first_order: bool = False) -> Table:
    """Add a column for each dimension asked for that the rows do not carry yet."""
    missing = [name for name in scope.dimensions if name not in rows.columns]
    if "tier" in missing:
        tiers = members(scope.end, scope.rules, scope.frozen).select("customer_id", "tier")
        rows = rows.left_join(tiers, "customer_id", rname="{name}_tier")
    if set(missing) & set(PROFILE):
        rows = rows.left_join(rfm.profile(scope.end, scope.rules), "customer_id", rname="{name}_profile")
    if "city" in missing and scope.city_of_customer:
        homes = table("customers").group_by("customer_id").agg(city=_.city.max())
        rows = rows.left_join(homes, "customer_id", rname="{name}_home")
    attributes = [name for name in ORDER if name in missing and name not in rows.columns]
    if attributes:
        rows = rows.left_join(_of_one_order(attributes, scope, first_order), "customer_id", rname="{name}_order")
    times = {name: rows.day.truncate(TIME[name]) for name in missing if name in TIME}
    blank = {name: rows[name].fill_null("unknown") for name in scope.dimensions if name in (*ORDER, *LINE, "campaign")}
    return rows.mutate(**times, **blank) if times or blank else rows


def _of_one_order(names: list[str], scope: Scope, first: bool) -> Table:
    """Attributes of each customer's last (or first) order up to the end of the window."""
    past = sales().filter(_.order_date <= ibis.literal(scope.end))
    order = [_.ordered_at, _.order_id] if first else [_.ordered_at.desc(), _.order_id.desc()]
    ranked = past.mutate(rank=ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order)))
    return ranked.filter(_.rank == 0).select("customer_id", *names)
