"""The cohort triangle: cells in their rows, what could be observed of each, and averages down the columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, takewhile
from math import fsum

from tools.calendar import period_name, step
from tools.cohorts.people import LONGEST, plain
from tools.cohorts.results import CohortAverage, CohortCell, CohortRow, CohortUnit

SMALL_COHORT = 10
"""With fewer customers than this, one of them moves a share by more than ten points."""

Place = tuple[int, bool]
"""A period of a cohort: customers who could be observed in it, and whether the data ends within it."""


@dataclass(frozen=True)
class Sums:
    """What the customers of one cell did."""

    customers: int = 0
    orders: int = 0
    revenue: float = 0.0

    @classmethod
    def by_cell(cls, records: Iterable[dict]) -> dict[tuple[date, int], Sums]:
        return {
            (plain(row["cohort"]), row["period"]): cls(row["customers"], int(row["orders"]), float(row["revenue"]))
            for row in records
        }


def calendar_rows(cells: dict[tuple[date, int], Sums], unit: CohortUnit, as_of: date) -> list[CohortRow]:
    """Rows of calendar cohorts: every customer is observed in every period that began by `as_of`."""
    sizes = {cohort: sums.customers for (cohort, period), sums in cells.items() if period == 0}

    def places(cohort: date) -> Iterator[Place]:
        starts = [*takewhile(lambda start: start <= as_of, (step(unit, cohort, k) for k in range(LONGEST)))]
        # Only the last of them can go on after the data ends.
        partial = step(unit, starts[-1], 1) - timedelta(days=1) > as_of
        return ((sizes[cohort], partial and start == starts[-1]) for start in starts)

    return [_row(cohort, unit, sizes.get(cohort, 0), places, cells) for cohort in _every(sizes, unit)]


def age_rows(
    cells: dict[tuple[date, int], Sums], complete: dict[tuple[date, int], int], unit: CohortUnit
) -> list[CohortRow]:
    """Rows of age cohorts: `complete` counts a cohort's customers by their number of periods observed to the end."""
    sizes: dict[date, int] = {}
    for (cohort, _periods), n in complete.items():
        sizes[cohort] = sizes.get(cohort, 0) + n

    def places(cohort: date) -> Iterator[Place]:
        watched = [(periods, n) for (at, periods), n in complete.items() if at == cohort]
        observed = (sum(n for periods, n in watched if periods > k) for k in range(LONGEST))
        return ((n, False) for n in takewhile(bool, observed))

    return [_row(cohort, unit, sizes.get(cohort, 0), places, cells) for cohort in _every(sizes, unit)]


def averages(rows: list[CohortRow]) -> list[CohortAverage]:
    """Each period over the cohorts that were observed to its end, weighted by customers.

    `ltv` sums the average revenue per customer of the periods so far, each over those observed in
    it: the mean cumulative function of W. Nelson, "Recurrent Events Data Analysis" (2003).
    """
    found: list[CohortAverage] = []
    for period in range(LONGEST):
        cells = [row.cells[period] for row in rows if len(row.cells) > period and not row.cells[period].partial]
        if not cells:
            break
        sums = Sums(sum(c.customers for c in cells), sum(c.orders for c in cells), fsum(c.revenue for c in cells))
        before = found[-1].ltv if found else 0.0
        cell = _cell(period, sums, (sum(c.n for c in cells), False), before)
        found.append(CohortAverage(**cell.model_dump(), cohorts=len(cells)))
    return found


def _every(sizes: dict[date, int], unit: CohortUnit) -> list[date]:
    """Every period from the first cohort to the last: one without new customers keeps its place."""
    if not sizes:
        return []
    return list(takewhile(lambda start: start <= max(sizes), (step(unit, min(sizes), k) for k in count())))


def _row(cohort: date, unit: CohortUnit, customers: int, places, cells: dict[tuple[date, int], Sums]) -> CohortRow:
    row: list[CohortCell] = []
    for period, place in enumerate(places(cohort) if customers else ()):
        row.append(_cell(period, cells.get((cohort, period), Sums()), place, row[-1].ltv if row else 0.0))
    return CohortRow(
        cohort=period_name(unit, cohort), start=cohort, customers=customers, small=0 < customers < SMALL_COHORT,
        cells=row,
    )  # fmt: skip


def _cell(period: int, sums: Sums, place: Place, ltv_before: float) -> CohortCell:
    n, partial = place
    arpu = sums.revenue / n
    return CohortCell(
        period=period, n=n, customers=sums.customers, orders=sums.orders, revenue=sums.revenue,
        retention=sums.customers / n, arpu=arpu, ltv=ltv_before + arpu, partial=partial,
    )  # fmt: skip
