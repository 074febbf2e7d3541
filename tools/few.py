"""Results about many groups for somebody who may not see single rows: without the groups of a few customers.

`tools.small_groups` says why. Here are the results that hold more than one table of groups.
"""

from __future__ import annotations

from itertools import takewhile

from tools.audience import AudienceReach
from tools.cohorts.results import CohortTable, OrderStep, RepurchaseCurve, RepurchaseRow, Within
from tools.lifetime.results import LifetimeReport, TierOutlook
from tools.next_best.results import NextBestOverview
from tools.small_groups import LEAST

NOTE = "few_people"


def few(*counts: int) -> bool:
    """Whether any of these is of somebody, and of too few."""
    return any(0 < count < LEAST for count in counts)


def cohorts(item: CohortTable) -> CohortTable:
    """A cohort's periods end before the first in which only a few of it ordered."""
    rows = [
        row.model_copy(update={"cells": [*takewhile(lambda cell: not few(cell.n, cell.customers), row.cells)]})
        for row in item.rows if not few(row.customers)
    ]  # fmt: skip
    average = [*takewhile(lambda cell: not few(cell.n, cell.customers), item.average)]
    return item.model_copy(update={"rows": rows, "average": average, "notes": [*item.notes, NOTE]})


def repurchase(item: RepurchaseCurve) -> RepurchaseCurve:
    rows = [_curve(row) for row in item.rows if not few(row.n, row.again)]
    steps: list[OrderStep] = [*takewhile(lambda step: not few(step.customers, step.again), item.steps)]
    return item.model_copy(
        update={"rows": rows, "total": _curve(item.total), "steps": steps, "notes": [*item.notes, NOTE]}
    )


def _curve(row: RepurchaseRow) -> RepurchaseRow:
    unseen = {"share": None, "low": None, "high": None, "rate": None, "observed": 0}
    within: list[Within] = [each.model_copy(update=unseen) if few(each.observed) else each for each in row.within]
    return row.model_copy(
        update={"within": within, "curve": [*takewhile(lambda point: not few(point.at_risk), row.curve)]}
    )


def lifetime(item: LifetimeReport) -> LifetimeReport:
    tiers: list[TierOutlook] = [
        row.model_copy(update={"drivers": [each for each in row.drivers if not few(each.customers, each.others)]})
        for row in item.tiers if not few(row.customers, row.at_risk, row.one_order)
    ]  # fmt: skip
    return item.model_copy(update={"tiers": tiers, "notes": [*item.notes, NOTE]})


def next_best(item: NextBestOverview) -> NextBestOverview:
    """Counts in tens, as those of a topic add up to everybody: what is left out is not the difference."""
    if few(item.n):
        return item.model_copy(update={"rows": [], "value": None, "n": 0, "notes": [*item.notes, NOTE]})
    rows = [row.model_copy(update={"customers": tens(row.customers)}) for row in item.rows if not few(row.customers)]
    return item.model_copy(update={"rows": rows, "notes": [*item.notes, NOTE]})


def reach(item: AudienceReach) -> AudienceReach:
    """Counts in tens: whoever is left out and whoever is written to add up to the audience."""
    if few(item.n):
        nothing = {"value": None, "n": 0, "tiers": {}, "channels": []}
        return item.model_copy(update=nothing | {"notes": [*item.notes, NOTE]})
    channels = [
        each.model_copy(update={
            "customers": tens(each.customers), "holdout": tens(each.holdout),
            "left_out": [row.model_copy(update={"customers": tens(row.customers)}) for row in each.left_out
                         if not few(row.customers)],
        })
        for each in item.channels if not few(each.customers, each.holdout)
    ]  # fmt: skip
    tiers = {tier: tens(customers) for tier, customers in item.tiers.items() if not few(customers)}
    return item.model_copy(update={
        "value": float(tens(item.n)), "n": tens(item.n), "tiers": tiers, "channels": channels,
        "notes": [*item.notes, NOTE],
    })  # fmt: skip


def tens(count: int) -> int:
    return round(count / LEAST) * LEAST
