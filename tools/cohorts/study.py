"""Cohort questions on one warehouse: the triangle, and the curve of those who order again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum

from tools import catalog as catalogue
from tools import few
from tools.cohorts import cells, repurchase
from tools.cohorts.people import LONGEST, People, PeopleReader, plain
from tools.cohorts.results import (
    MEASURES,
    UNITS,
    CohortAverage,
    CohortRow,
    CohortTable,
    CohortUnit,
    Measure,
    RepurchaseCurve,
    RepurchaseRow,
)
from tools.cohorts.triangle import SMALL_COHORT, Sums, age_rows, averages, calendar_rows
from tools.cohorts.waits import STEPS, steps, waits
from tools.compiled import EXPRESSIONS
from tools.errors import BadArgument, NoData
from tools.metric_query import SMALL_SAMPLE
from tools.roles import Role, may, require
from tools.warehouse import Rows, Warehouse

Where = Mapping[str, Sequence[str]]
HEADLINE = 90
"""Days that the headline of a curve counts within, or the longest shorter horizon that was observed."""


class CohortStudy:
    """Typed cohort questions; customers, filters and windows are read as those of metrics are."""

    def __init__(self, warehouse: Warehouse, reader: PeopleReader, role: Role = "operator") -> None:
        self._warehouse = warehouse
        self._reader = reader
        self._role: Role = role

    def table(
        self,
        by: str = "month",
        measure: str = "retention",
        age_days: int = 0,
        where: Where | None = None,
        window: str = "",
    ) -> CohortTable:
        """Customers by the period of their first paid order, followed over the periods since.

        Raises BadArgument for a unit, measure, dimension or value that is not known, NoData for a
        window outside the data and for ages that nobody has reached, NotAllowed for filters in a role
        without rows: a few customers would be the difference of two tables.

        Args:
            by: Period of the first order: week, month or quarter.
            measure: What headline and table show: customers, retention, orders, revenue, arpu or ltv.
            age_days: Length of periods from each customer's own first order, in days; 0 for calendar periods.
            where: Values to keep for each dimension; channel, place and category are those of the first order.
            window: Days of the first orders; empty for all history.
        """
        unit, shown = self._unit(by), _measure(measure)
        self._may_filter(where)
        if age_days < 0:
            raise BadArgument("bad_age", given=age_days)
        people = self._reader.people(unit, where or {}, window)
        found, rows = self._by_age(people, unit, age_days) if age_days else self._by_calendar(people, unit)
        average, n = averages(rows), sum(row.customers for row in rows)
        notes = [*people.notes, *_cell_notes(rows), *_size_notes([row.customers for row in rows], n)]
        table = CohortTable(
            metric=f"cohort_{shown}", unit=MEASURES[shown], value=_headline(shown, rows, average), n=n,
            window=people.window, filters=people.filters, as_of=people.as_of, query=found.sql, notes=notes,
            counted_by=self._warehouse.count_by,
            definition=catalogue.definition("cohorts_by_age" if age_days else "cohorts", days=age_days),
            truncated=found.truncated or bool({"latest_cohorts", "periods_cut"} & {*notes}),
            by=unit, age_days=age_days, measure=shown, rows=rows, average=average,
        )  # fmt: skip
        return table if may(self._role, "rows") else few.cohorts(table)

    def repurchase(
        self, by: str = "month", after: int = 1, where: Where | None = None, window: str = ""
    ) -> RepurchaseCurve:
        """How many customers order again within how many days, in total and for each group.

        Raises BadArgument for a dimension, value or order number that is not known, NoData for a
        window outside the data, NotAllowed as `table` does.

        Args:
            by: Dimension to split new customers by: month, channel, city, tier, …; empty for no split.
            after: Order day that the wait starts on: 1 for the way from the first order to the second.
            where: Values to keep for each dimension.
            window: Days of the first orders; empty for all history.
        """
        if not 1 <= after <= STEPS:
            raise BadArgument("bad_order_number", given=after, most=STEPS)
        self._may_filter(where)
        split = self._reader.dimension(by) if by else ""
        people = self._reader.people(split, where or {}, window)
        found = self._warehouse.run(waits(people.rows, split, after, people.as_of))
        # Everybody is in one group, so that all groups together are everybody.
        whole = self._warehouse.run(waits(people.rows, "", after, people.as_of)) if found.truncated else found
        total, rows = repurchase.together(whole.records), repurchase.groups(found.records, split) if split else []
        ladder = self._warehouse.run(steps(people.rows))
        headline = next((w for w in reversed(total.within) if w.days <= HEADLINE and w.share is not None), None)
        curve = RepurchaseCurve(
            metric="repurchase_curve", unit="percent", value=headline and headline.share, n=total.n,
            window=people.window, filters=people.filters, as_of=people.as_of, query=f"{found.sql};\n\n{ladder.sql}",
            definition=catalogue.definition("repurchase_curve"), truncated=found.truncated or len(rows) > LONGEST,
            notes=[*people.notes, *_size_notes([row.n for row in rows], total.n), *_share_notes([total, *rows])],
            counted_by=self._warehouse.count_by, by=split, after=after, days=headline and headline.days,
            total=total, rows=rows[:LONGEST], steps=repurchase.order_steps(ladder.records[0]),
        )  # fmt: skip
        return curve if may(self._role, "rows") else few.repurchase(curve)

    def _may_filter(self, where: Where | None) -> None:
        if where:
            require(self._role, "select")

    def _unit(self, by: str) -> CohortUnit:
        unit = self._reader.dimension(by)
        if unit not in UNITS:
            raise BadArgument("unknown_cohort_unit", given=by, alternatives=list(UNITS))
        return unit

    def _by_calendar(self, people: People, unit: CohortUnit) -> tuple[Rows, list[CohortRow]]:
        counted = unit == "month" and people.everybody and self._reader.counted(people.window)
        if counted:
            days = people.window.start, people.window.end
            asked = EXPRESSIONS.get(("cohorts", *days), lambda: cells.stored_cells(*days))
        else:
            asked = cells.calendar_cells(people.rows, unit)
        found = self._warehouse.run(asked)
        return found, calendar_rows(Sums.by_cell(found.records), unit, people.as_of)

    def _by_age(self, people: People, unit: CohortUnit, days: int) -> tuple[Rows, list[CohortRow]]:
        sizes = self._warehouse.run(cells.age_sizes(people.rows, unit, days, people.as_of))
        complete = {(plain(row["cohort"]), row["complete"]): row["n"] for row in sizes.records}
        if complete and not any(periods for _cohort, periods in complete):
            raise NoData("age_not_observed", days=days, last_day=people.as_of)
        found = self._warehouse.run(cells.age_cells(people.rows, unit, days, people.as_of))
        both = replace(found, sql=f"{sizes.sql};\n\n{found.sql}", truncated=found.truncated or sizes.truncated)
        return both, age_rows(Sums.by_cell(found.records), complete, unit)


def _measure(given: str) -> Measure:
    if given not in MEASURES:
        raise BadArgument("unknown_measure", given=given, alternatives=list(MEASURES))
    return given


def _headline(measure: Measure, rows: list[CohortRow], average: list[CohortAverage]) -> float | None:
    """Customers, orders or revenue of all cohorts; any other measure on average in the period after the first."""
    if measure == "customers":
        return sum(row.customers for row in rows)
    if measure in ("orders", "revenue"):
        return fsum(getattr(cell, measure) for row in rows for cell in row.cells)
    return getattr(average[1], measure) if len(average) > 1 else None


def _cell_notes(rows: list[CohortRow]) -> list[str]:
    cells_ = [(row, cell) for row in rows for cell in row.cells]
    conditions = {
        "cohort_partial": any(cell.partial for _row, cell in cells_),
        "age_unobserved": any(cell.n < row.customers for row, cell in cells_),
        "periods_cut": any(len(row.cells) == LONGEST for row in rows),
    }
    return [note for note, holds in conditions.items() if holds]


def _size_notes(sizes: list[int], n: int) -> list[str]:
    conditions = {
        "empty": not n,
        "small_sample": 0 < n < SMALL_SAMPLE,
        "small_cohorts": any(0 < size < SMALL_COHORT for size in sizes),
    }
    return [note for note, holds in conditions.items() if holds]


def _share_notes(rows: list[RepurchaseRow]) -> list[str]:
    return ["vague_shares"] if any(within.vague for row in rows for within in row.within) else []
