"""What each cohort did in each period since its first, as expressions: one row a cell."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import DateColumn, Table

from tools.cohorts.people import LONGEST
from tools.cohorts.results import CohortUnit
from tools.dimensions import TIME
from tools.tables import sales, table


def calendar_cells(people: Table, unit: CohortUnit) -> Table:
    """Calendar periods since that of the first order, numbered from 0.

    Columns: cohort (first day of its period), period, customers (with an order), orders, revenue.
    """
    done = _orders() if unit == "week" else table("customer_months").rename(at="month")
    rows = done.join(people, "customer_id")
    period = rows.at.truncate(TIME[unit]).delta(rows.day.truncate(TIME[unit]), unit=unit)
    rows = rows.select("customer_id", "orders", "revenue", cohort=_cohort(rows.day, unit), period=period)
    # A customer's months are one row each already; other periods must be made so.
    return _cells(rows if unit == "month" else _once_a_period(rows))


def age_cells(people: Table, unit: CohortUnit, days: int, as_of: date) -> Table:
    """Periods of `days` from each customer's own first order, only those that ended by `as_of`; columns as above."""
    rows = _orders().join(_watched(people, days, as_of), "customer_id")
    rows = rows.mutate(period=rows.at.delta(rows.day, unit="day") // days).filter(_.period < _.complete)
    return _cells(_once_a_period(rows.mutate(cohort=_cohort(rows.day, unit))))


def age_sizes(people: Table, unit: CohortUnit, days: int, as_of: date) -> Table:
    """Customers of a cohort by how many periods were observed to their end. Columns: cohort, complete, n."""
    watched = _watched(people, days, as_of)
    return watched.group_by(cohort=_cohort(watched.day, unit), complete=watched.complete).agg(n=_.count())


def _orders() -> Table:
    return sales().select("customer_id", at="order_date", revenue="amount").mutate(orders=ibis.literal(1))


def _cohort(day: DateColumn, unit: CohortUnit) -> DateColumn:
    return day.truncate(TIME[unit])


def _watched(people: Table, days: int, as_of: date) -> Table:
    # The day of the first order is itself observed.
    return people.mutate(complete=(ibis.literal(as_of).delta(people.day, unit="day") + 1) // days)


def _once_a_period(rows: Table) -> Table:
    return rows.group_by("customer_id", "cohort", "period").agg(orders=_.orders.sum(), revenue=_.revenue.sum())


def _cells(rows: Table) -> Table:
    shown = rows.filter(rows.period < LONGEST)
    sums = {"customers": _.count(), "orders": _.orders.sum(), "revenue": _.revenue.sum()}
    return shown.group_by("cohort", "period").agg(**sums).order_by("cohort", "period")
