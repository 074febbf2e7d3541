"""Which category to mention: one due by the customer's own rhythm, else what buyers of the same bought as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.next_best.results import Choice
from tools.tables import table

LEAST_GAPS = 2
"""Own intervals that make a rhythm."""
DUE, LATE = 0.8, 2.0
"""Share of the usual interval from which a category is due, and after which the rhythm is broken."""
LEAST_BOTH, LEAST_LIFT = 30, 1.1
"""Customers who bought both categories, and the lift, from which a pair says something."""


def rhythms(asked: Table, as_of: date) -> Table:
    """customer_id, category, usual (median days between own purchases), gaps, since (days since the last)."""
    days = _bought(as_of).select("customer_id", "category", "order_date").distinct()
    days = days.semi_join(asked, "customer_id")
    earlier = days.order_date.lag().over(group_by=["customer_id", "category"], order_by="order_date")
    gaps = days.mutate(gap=days.order_date.delta(earlier, unit="day"))
    found = gaps.group_by("customer_id", "category").agg(
        usual=_.gap.cast("float64").median(), gaps=_.gap.count(), last=_.order_date.max()
    )  # fmt: skip
    return found.select("customer_id", "category", "usual", "gaps",
                        since=ibis.literal(as_of).delta(found["last"], unit="day"))  # fmt: skip


def pairs(as_of: date) -> Table:
    """first, second, both (customers), lift: P(both) / (P(first) P(second)) over customers with an order line."""
    had = _bought(as_of).select("customer_id", "category").distinct()
    sizes = had.group_by("category").agg(customers=_.count())
    everybody = had.agg(everybody=_.customer_id.nunique())
    other = had.view()
    both = had.join(other, "customer_id", rname="{name}_other").filter(_.category != _.category_other)
    both = both.group_by(first=_.category, second=_.category_other).agg(both=_.count())
    rows = both.join(sizes.rename(first="category", of_first="customers"), "first")
    rows = rows.join(sizes.rename(second="category", of_second="customers"), "second").cross_join(everybody)
    lift = rows.both * rows.everybody / (rows.of_first * rows.of_second)
    return rows.select("first", "second", "both", lift=lift).filter(_.both >= LEAST_BOTH, _.lift >= LEAST_LIFT)


def mention(own: Iterable[Mapping], known_pairs: Iterable[Mapping]) -> Choice:
    """The choice from a customer's rhythms and the pairs of the brand."""
    own = list(own)
    due = [row for row in own if row["gaps"] >= LEAST_GAPS and row["usual"] and
           DUE <= row["since"] / row["usual"] <= LATE]  # fmt: skip
    if due:
        best = min(due, key=lambda row: (abs(row["since"] / row["usual"] - 1), -row["gaps"], row["category"]))
        return Choice(value=best["category"], reason="rhythm", support=best["gaps"],
                      figures={"usual": best["usual"], "since": best["since"], "gaps": best["gaps"]})  # fmt: skip
    had = {row["category"] for row in own}
    fitting = [pair for pair in known_pairs if pair["first"] in had and pair["second"] not in had]
    if not fitting:
        return Choice(reason="no_rhythm")
    best = max(fitting, key=lambda pair: (pair["lift"], pair["both"], pair["second"]))
    return Choice(value=best["second"], reason="bought_together", support=best["both"],
                  figures={"first": best["first"], "lift": best["lift"], "both": best["both"]})  # fmt: skip


def _bought(as_of: date) -> Table:
    lines = table("order_items")
    return lines.filter(lines.kind == "sale", lines.category.notnull(), lines.order_date <= ibis.literal(as_of))
