"""What each cohort did in each period since its first, as expressions: one row a cell."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.cohorts.people import LONGEST
from tools.cohorts.results import CohortUnit
from tools.dimensions import TIME
from tools.tables import sales, table


def calendar_cells(people: Table, unit: CohortUnit) -> Table:
    """Calendar periods since that of the first order, numbered from 0.

    Columns: cohort (first day of its period), period, customers (with an order), orders, revenue.
    """
    if unit == "month":
        done = table("customer_months").rename(at="month")
    elif unit == "quarter":
        done = table("customer_months").mutate(at=_.month.truncate("Q"))
    else:
        done = _orders().mutate(at=_.at.truncate("W"))
    rows = done.join(_in_cohorts(people, unit), "customer_id")
    # A customer's months are one row each already; other periods must be made so.
    cells = _cells(rows if unit == "month" else _once_a_period(rows, "at"), "at")
    return _shown(cells.mutate(period=cells.at.delta(cells.cohort, unit=unit)).drop("at"))


def stored_cells(first: date | None, last: date) -> Table:
    """`calendar_cells` of the months of first orders between two days, from `month_cells`."""
    source = table("month_cells")
    since = [source.cohort >= ibis.literal(first)] if first else []
    rows = source.filter([*since, source.cohort <= ibis.literal(last)])
    cells = rows.group_by("cohort", "month").agg(
        customers=_.customers.sum().cast("int64"), orders=_.orders.sum(), revenue=_.revenue.sum()
    )
    return _shown(cells.mutate(period=cells.month.delta(cells.cohort, unit="month")).drop("month"))


def age_cells(people: Table, unit: CohortUnit, days: int, as_of: date) -> Table:
    """Periods of `days` from each customer's own first order, only those that ended by `as_of`; columns as above."""
    rows = _orders().join(_watched(_in_cohorts(people, unit), days, as_of), "customer_id")
    rows = rows.mutate(period=rows.at.delta(rows.day, unit="day") // days).filter(_.period < _.complete)
    return _shown(_cells(_once_a_period(rows, "period"), "period"))


def age_sizes(people: Table, unit: CohortUnit, days: int, as_of: date) -> Table:
    """Customers of a cohort by how many periods were observed to their end. Columns: cohort, complete, n."""
    return _watched(_in_cohorts(people, unit), days, as_of).group_by("cohort", "complete").agg(n=_.count())


def _orders() -> Table:
    return sales().select("customer_id", at="order_date", revenue="amount").mutate(orders=ibis.literal(1))


def _in_cohorts(people: Table, unit: CohortUnit) -> Table:
    return people.select("customer_id", "day", cohort=people.day.truncate(TIME[unit]))


def _watched(people: Table, days: int, as_of: date) -> Table:
    # The day of the first order is itself observed.
    return people.mutate(complete=(ibis.literal(as_of).delta(people.day, unit="day") + 1) // days)


def _once_a_period(rows: Table, period: str) -> Table:
    return rows.group_by("customer_id", "cohort", period).agg(orders=_.orders.sum(), revenue=_.revenue.sum())


def _cells(rows: Table, period: str) -> Table:
    return rows.group_by("cohort", period).agg(customers=_.count(), orders=_.orders.sum(), revenue=_.revenue.sum())


def _shown(cells: Table) -> Table:
    return cells.filter(cells.period < LONGEST).order_by("cohort", "period")
