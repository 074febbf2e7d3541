"""Days from one order day to the next, as expressions: counts a group, with those who still wait."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.tables import sales, table

HORIZONS = (30, 60, 90, 180, 365)
STEPS = 5


def waits(people: Table, by: str, after: int, as_of: date) -> Table:
    """Waits after each customer's order day number `after`, one row a group of `by` ("" for one group of all).

    Same-day orders are one order day. Columns: `by`; the lists days, again and left (unique days and how
    many ended or stopped being watched on each); for each horizon observed_D (watched for D days or
    more) and within_D (those of them who ordered again within D days).
    """
    rows = _next_days(people, by, after)
    again = rows.next.notnull()
    watched = ibis.literal(as_of).delta(rows.day, unit="day")
    days = ibis.ifelse(again, rows.next.delta(rows.day, unit="day"), watched)
    rows = rows.mutate(again=again, watched=watched, days=days)
    counts = {}
    for horizon in HORIZONS:
        counts[f"observed_{horizon}"] = _.count(where=_.watched >= horizon)
        counts[f"within_{horizon}"] = _.count(where=(_.watched >= horizon) & _.again & (_.days <= horizon))
    keys = [by] if by else []
    a_day = rows.group_by([*keys, "days"]).agg(ended=_.count(where=_.again), left=_.count(where=~_.again), **counts)
    lists = {
        "days": _.days.collect(order_by=_.days),
        "again": _.ended.collect(order_by=_.days),
        "left": _.left.collect(order_by=_.days),
    }
    totals = {name: _[name].sum() for name in counts}
    found = a_day.group_by(keys).agg(**lists, **totals) if keys else a_day.agg(**lists, **totals)
    return found.order_by(keys) if keys else found


def steps(people: Table) -> Table:
    """One row: customers with at least 1, 2, … order days. Columns: reached_1 to reached_6."""
    facts = table("customer_facts").select("customer_id", "order_days").semi_join(people, "customer_id")
    return facts.agg(**{f"reached_{n}": _.count(where=_.order_days >= n) for n in range(1, STEPS + 2)})


def _next_days(people: Table, by: str, after: int) -> Table:
    """Customers with an order day number `after` (`day`), and the day of their next order (`next`, may be null)."""
    if after > 1:
        before = _next_days(people, by, after - 1)
        people = before.filter(before.next.notnull()).drop("day").rename(day="next")
    orders = sales().select("customer_id", "order_date")
    rows = orders.join(people, "customer_id")
    split = {by: rows[by].max()} if by else {}
    return rows.group_by("customer_id").agg(
        day=rows.day.max(), next=rows.order_date.min(where=rows.order_date > rows.day), **split
    )
