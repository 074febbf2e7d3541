"""Repurchase curves: rows, horizons and steps from counted waits."""

from __future__ import annotations

from tools.cohorts.people import label
from tools.cohorts.results import CurvePoint, OrderStep, RepurchaseRow, Within
from tools.cohorts.survival import Waits
from tools.cohorts.triangle import SMALL_COHORT
from tools.cohorts.waits import HORIZONS, STEPS
from tools.dimensions import TIME

FINE, COARSE = 7, 30
"""Days between points of the curve of all and of one group."""


def together(records: list[dict]) -> RepurchaseRow:
    """The figures of all groups as one."""
    waits = Waits.together(_waits(record) for record in records)
    names = [f"{kind}_{days}" for days in HORIZONS for kind in ("observed", "within")]
    return _row({}, waits, {name: sum(record[name] or 0 for record in records) for name in names}, FINE)


def groups(records: list[dict], by: str) -> list[RepurchaseRow]:
    """The figures of each group: periods in order, other groups the largest first."""
    rows = [_row({by: label(by, record[by])}, _waits(record), record, COARSE) for record in records]
    return rows if by in TIME else sorted(rows, key=lambda row: -row.n)


def _waits(record: dict) -> Waits:
    return Waits.counted(record["days"] or [], record["again"] or [], record["left"] or [])


def _row(dimensions: dict[str, str], waits: Waits, counts: dict, every: int) -> RepurchaseRow:
    again = int(waits.again.sum())
    return RepurchaseRow(
        dimensions=dimensions, n=waits.n, again=again, rate=again / waits.n if waits.n else None,
        median_gap=waits.median_gap, half_after=waits.half_after, small=0 < waits.n < SMALL_COHORT,
        within=[_within(days, waits, counts) for days in HORIZONS],
        curve=[
            CurvePoint(days=day, share=waits.share_by(day), at_risk=waits.at_risk(day))
            for day in range(0, waits.longest + 1, every)
        ],
    )  # fmt: skip


def _within(days: int, waits: Waits, counts: dict) -> Within:
    observed = int(counts[f"observed_{days}"] or 0)
    rate = int(counts[f"within_{days}"]) / observed if observed else None
    low, high = waits.interval(days) or (None, None)
    return Within(days=days, share=waits.share_by(days), low=low, high=high, rate=rate, observed=observed)


def order_steps(record: dict) -> list[OrderStep]:
    """How many went from each order day to the next; steps that nobody reached are left out."""
    reached = {n: int(record[f"reached_{n}"] or 0) for n in range(1, STEPS + 2)}
    return [
        OrderStep(order=n, customers=reached[n], again=reached[n + 1], rate=reached[n + 1] / reached[n])
        for n in range(1, STEPS + 1)
        if reached[n]
    ]
