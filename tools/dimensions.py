"""What rows can be split and filtered by: periods, tiers and scores, cohort, channel and place, product, campaign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import ibis
from ibis import _
from ibis.expr.types import Column, DateColumn, NumericValue, StringColumn, StringValue, Table, TimestampColumn

from tools import rfm
from tools.rfm import RfmRules
from tools.tables import sales, table
from tools.tiers import TierRules, members

TIME = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}
WEEKDAY, HOUR = "weekday", "hour"
TIME_OF_DAY = (WEEKDAY, HOUR)
ORDER_VALUE = "order_value"
EDGES = (0, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000)
"""Amounts at which one band of order values ends and the next begins."""
ORDER_VALUES = (*(f"{low}-{high}" for low, high in pairwise(EDGES)), f"{EDGES[-1]}+")
"""The bands: from an edge, included, to the next."""
RFM_SEGMENT = "rfm_segment"
PROFILE = ("lifecycle", "recency_score", "frequency_score", "monetary_score", "rfm_cell", RFM_SEGMENT)
PEOPLE = ("tier", *PROFILE)
COHORT = "cohort"
"""Month of the customer's first order."""
NEWNESS = "new_or_returning"
ORDER = ("channel", "city", "region")
CATEGORY, PRODUCT = LINE = ("category", "product")
CAMPAIGN = "campaign"
STEP = "step"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
IN_SEQUENCE = (*TIME, COHORT, HOUR, "recency_score", "frequency_score", "monetary_score")
"""Dimensions whose values have an order of their own, that of their names."""


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
    scoring: Callable[[], RfmRules] = rfm.builtin
    """How RFM is scored; asked only where a score is wanted."""
    columns: frozenset[str] = frozenset()
    dimensions: tuple[str, ...] = ()
    city_of_customer: bool = False
    """Take the city from the customer, not from the order."""
    lines: bool = False
    """Take order lines instead of orders, because only they know category and product."""
    stored: str = ""
    """Table of facts to take instead of orders, because nothing finer is wanted; see `tools.relations.orders`."""

    @property
    def begin(self) -> date:
        return self.start or self.first_day

    @property
    def time(self) -> str | None:
        return next((name for name in self.dimensions if name in TIME), None)

    def also(self, columns: set[str]) -> Scope:
        """The same with further columns wanted."""
        return replace(self, columns=self.columns | columns)


def with_dimensions(rows: Table, scope: Scope, *, first_order: bool = False) -> Table:
    """Add a column for each dimension asked for that the rows do not carry yet; what is not known reads "unknown"."""
    missing = [name for name in scope.dimensions if name not in rows.columns]
    rows = _with_customer(rows, missing, scope)
    if "city" in missing and scope.city_of_customer:
        homes = table("customers").group_by("customer_id").agg(city=_.city.max())
        rows = rows.left_join(homes, "customer_id", rname="{name}_home")
    attributes = [name for name in ORDER if name in missing and name not in rows.columns]
    if attributes:
        rows = rows.left_join(_of_one_order(attributes, scope, first_order), "customer_id", rname="{name}_order")
    if NEWNESS in missing:
        rows = with_newness(rows, scope)
    times: dict[str, Column] = {name: rows.day.truncate(TIME[name]) for name in missing if name in TIME}
    if WEEKDAY in missing:
        times[WEEKDAY] = _weekday(rows.day)
    named = [name for name in scope.dimensions if name not in (*TIME, *TIME_OF_DAY, COHORT, NEWNESS)]
    return rows.mutate(**times, **{name: rows[name].fill_null("unknown") for name in named})


def _with_customer(rows: Table, missing: list[str], scope: Scope) -> Table:
    """What a customer is on the window's last day, and since when."""
    if "tier" in missing:
        tiers = members(scope.end, scope.rules, scope.frozen).select("customer_id", "tier")
        rows = rows.left_join(tiers, "customer_id", rname="{name}_tier")
    if set(missing) & set(PROFILE):
        scores = rfm.profile(scope.end, scope.rules, scope.scoring(), last_day=scope.last_day)
        rows = rows.left_join(scores, "customer_id", rname="{name}_profile")
    if "rfm_cell" in missing:
        rows = rows.mutate(rfm_cell=_.recency_score + _.frequency_score + _.monetary_score)
    if COHORT in missing:
        months = table("customer_facts").select("customer_id", cohort="first_month")
        rows = rows.left_join(months, "customer_id", rname="{name}_cohort")
    return rows


def with_newness(rows: Table, scope: Scope) -> Table:
    """Add `new_or_returning`: whether the customer's first order came before the window, or the period shown."""
    firsts = table("customer_facts").select("customer_id", first_ordered="first_day")
    rows = rows.left_join(firsts, "customer_id", rname="{name}_newness")
    start = ibis.literal(scope.begin)
    began = ibis.greatest(rows.day.truncate(TIME[scope.time]).cast("date"), start) if scope.time else start
    kind = ibis.cases(
        (rows.first_ordered.isnull(), "unknown"), (rows.first_ordered < began, "returning"), else_="new"
    )  # fmt: skip
    return rows.mutate(**{NEWNESS: kind}).drop("first_ordered", "customer_id_newness")


def hour(at: TimestampColumn) -> StringColumn:
    """The hour of an instant, 00 to 23."""
    return at.hour().cast("string").lpad(2, "0")


def order_value(amount: NumericValue) -> StringValue:
    """The band that an order's amount falls in: from its first edge, included, to the next."""
    *bands, last = ORDER_VALUES
    return ibis.cases(*((amount < high, band) for high, band in zip(EDGES[1:], bands, strict=True)), else_=last)


def _weekday(day: DateColumn) -> StringColumn:
    index = day.day_of_week.index()
    return ibis.cases(*((index == place, name) for place, name in enumerate(WEEKDAYS)))


def _of_one_order(names: list[str], scope: Scope, first: bool) -> Table:
    """Attributes of each customer's last (or first) order up to the end of the window."""
    past = sales().filter(_.order_date <= ibis.literal(scope.end))
    order = [_.ordered_at, _.order_id] if first else [_.ordered_at.desc(), _.order_id.desc()]
    ranked = past.mutate(rank=ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order)))
    return ranked.filter(_.rank == 0).select("customer_id", *names)
