"""The Wellspring side: a load into a store, then the tool calls that the agent, the API and the page make."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from benchmarks.work import CALLS, MONTH, PREVIEW, SNAPSHOTS, Figures
from tools.generations import Generations
from tools.loading import LoadReport, load_files
from tools.segment_data import SegmentData
from tools.selection.results import Definition
from tools.selection.rule import Condition, Group
from tools.selection.selector import Names
from tools.warehouse import Warehouse

LOADED_AT = datetime(2026, 1, 1)
_NOTHING_SAVED = Names(segment=lambda name: Group(), entries=lambda name: None)


def load(file: Path, store: Path) -> LoadReport:
    """Load a file and build the facts, as `wellspring load` does."""
    return load_files([file], Generations(store), loaded_at=LOADED_AT)


class WellspringSide:
    """Each figure of `benchmarks.work.CALLS` through `SegmentData`, which keeps nothing from one call to the next."""

    def __init__(self, store: Path) -> None:
        self._warehouse = Warehouse.open(Generations(store).current(), row_cap=10_000, seconds=600)

    @property
    def _data(self) -> SegmentData:
        return SegmentData(self._warehouse)

    def rfm_overview(self) -> Figures:
        found = self._data.rfm_overview()
        return {
            "cells": {f"{cell.recency}{cell.frequency}": [cell.customers, cell.revenue, cell.monetary]
                      for cell in found.cells},
            "segments": {row.segment: [row.customers, row.revenue] for row in found.segments if row.customers},
        }  # fmt: skip

    def tier_overview(self) -> Figures:
        rows = self._data.tier_overview().rows
        return {row.tier: [row.customers, row.revenue, row.orders, row.median_recency_days] for row in rows}

    def tier_history(self) -> Figures:
        points = self._data.tiers.history(SNAPSHOTS).points
        return {str(point.as_of): point.tiers for point in points}

    def tier_by_month(self) -> Figures:
        rows = self._data.query_metric("revenue", by=["tier", "month"], window="all", limit=10_000).rows
        return {f"{row.dimensions['tier']} {row.dimensions['month']}": row.value for row in rows}

    def cohort_triangle(self) -> Figures:
        rows = self._data.cohorts.table().rows
        return {f"{row.cohort} +{cell.period}": [cell.customers, cell.orders, cell.revenue]
                for row in rows for cell in row.cells if cell.customers}  # fmt: skip

    def migration(self) -> Figures:
        cells = self._data.tier_migration().cells
        return {f"{cell.source} {cell.target}": [cell.customers, cell.revenue] for cell in cells}

    def contribution(self) -> Figures:
        rows = self._data.query_metric("revenue", by=["channel"], window=str(MONTH), compare="previous").rows
        return {row.dimensions["channel"]: [row.value, row.previous, row.contribution] for row in rows}

    contribution_in_order = contribution
    """One call to us, two ways to work it out in pandas."""

    def segment_preview(self) -> Figures:
        rule = Group(all=[
            Condition(trait="tier", op="in", value=[PREVIEW["tier"]]),
            Condition(trait="orders", op=">=", value=PREVIEW["orders"]),
            Condition(trait="preferred_channel", op="in", value=[PREVIEW["channel"]]),
        ])  # fmt: skip
        selector = self._data.selector
        found = selector.describe(selector.members(Definition(rule=rule), _NOTHING_SAVED))
        rest = found.everybody - found.customers
        mix = {trait: {row.value: [row.customers, round(row.rest_share * rest)]
                       for row in found.profile if row.trait == trait}
               for trait in ("tier", "preferred_channel", "city")}  # fmt: skip
        return {
            "customers": found.customers,
            "figures": [[figure.value for figure in found.figures], [figure.rest for figure in found.figures]],
            "tier": mix["tier"], "channel": mix["preferred_channel"], "city": mix["city"],
        }  # fmt: skip

    def all(self) -> dict[str, Figures]:
        return {name: getattr(self, name)() for name in CALLS}
