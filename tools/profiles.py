"""Overviews of who the customers are on a day: RFM scores and segments, lifecycle stages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ibis import _
from ibis.expr.types import Table

from tools import catalog
from tools.lifecycle import STAGES, with_stage
from tools.results import (
    Bilingual,
    LifecycleOverview,
    LifecycleRow,
    RfmCell,
    RfmOverview,
    RfmSegmentRow,
    Window,
)
from tools.rfm.cells import overview
from tools.rfm.rules import OTHERS, RfmRules
from tools.rfm.scores import QUANTILES, VALUES, cut_name, given_points, history, measured, quantiles, shifted
from tools.tables import table
from tools.tiers.history import TierHistory
from tools.warehouse import Warehouse


class Profiles:
    """RFM and lifecycle of one warehouse on any day."""

    def __init__(self, warehouse: Warehouse, tiers: TierHistory) -> None:
        self._warehouse = warehouse
        self._tiers = tiers

    def rfm(self, as_of: date, scoring: RfmRules) -> RfmOverview:
        """Customers in each cell of recency by frequency and in each named segment, and the cut points."""
        counted = self._warehouse.has_cells(as_of, self._tiers.rules.version) and not scoring.cut_points
        points, sql = self._cut_points(as_of, scoring, counted=counted)
        if counted:
            asked = overview(scoring, points)
        else:
            people = measured(as_of, self._tiers.rules, scoring, last_day=self._warehouse.last_day, points=points)
            asked = _cells(people), _sizes(people, "rfm_segment")
        rows, by_segment = map(self._warehouse.run, asked)
        total = sum(row["customers"] for row in rows.records)
        return RfmOverview(
            metric="rfm", unit="customers", value=total, n=total, window=_to_date(as_of), as_of=as_of,
            definition=catalog.definition(f"rfm_{scoring.binning}"),
            query=";\n\n".join([*sql, rows.sql, by_segment.sql]),
            cells=[_cell(row, total) for row in rows.records], cut_points=points,
            segments=_segments(by_segment.records, scoring), binning=scoring.binning, rules_version=scoring.version,
            notes=self._notes(as_of, total), counted_by=self._warehouse.count_by,
        )  # fmt: skip

    def lifecycle(self, as_of: date, given: str = "") -> LifecycleOverview:
        """Customers, spend to date and recency of each stage."""
        rules = self._tiers.rules_on(as_of, given)
        people = with_stage(history(as_of, self._warehouse.last_day), rules)
        rows = self._warehouse.run(_sizes(people, "lifecycle"))
        found = {row["lifecycle"]: row for row in rows.records}
        total = sum(row["customers"] for row in rows.records)
        return LifecycleOverview(
            metric="lifecycle", unit="customers", value=total, n=total, window=_to_date(as_of), as_of=as_of,
            definition=catalog.definition("lifecycle", **rules.model_dump()),
            query=rows.sql, rows=[_stage_row(stage, found.get(stage), total) for stage in STAGES],
            rules_version=rules.version, notes=[*self._notes(as_of, total), *self._tiers.notes(given, as_of)],
            counted_by=self._warehouse.count_by,
        )  # fmt: skip

    def _cut_points(
        self, as_of: date, scoring: RfmRules, *, counted: bool
    ) -> tuple[dict[str, list[float]], list[str]]:
        """Score -> its four cut points on a day, and the query that took them, where one did."""
        if given := given_points(scoring):
            return dict(given), []
        if counted:
            found = self._warehouse.run(table("rfm_points"))
            quintiles = {score: [found.records[0][cut_name(score, q)] for q in QUANTILES] for score in VALUES}
            return {score: shifted(values, scoring.ties) for score, values in quintiles.items()}, [found.sql]
        found = self._warehouse.run(quantiles(history(as_of, self._warehouse.last_day), scoring))
        (row,) = found.records
        # Nobody to score: any points do.
        points = {score: [row[cut_name(score, q)] or 0.0 for q in QUANTILES] for score in VALUES}
        return points, [found.sql]

    def _notes(self, as_of: date, total: int) -> list[str]:
        beyond = ["beyond_data"] if as_of > self._warehouse.last_day else []
        return [*([] if total else ["empty"]), *beyond]


def segment_title(name: str, scoring: RfmRules) -> Bilingual:
    segment = scoring.segments.get(name)
    return segment.title if segment else catalog.definition("rfm_others")


def _cells(people: Table) -> Table:
    cells = people.group_by("recency_score", "frequency_score").agg(
        customers=_.count(), revenue=_.spend.sum(), monetary=_.monetary_score.mean()
    )
    return cells.order_by(_.recency_score.desc(), _.frequency_score.desc())


def _sizes(people: Table, by: str) -> Table:
    return people.group_by(by).agg(
        customers=_.count(), revenue=_.spend.sum(), total_orders=_.orders.sum(),
        recency=_.recency_days.cast("float64").median(),
    )  # fmt: skip


def _cell(row: dict, total: int) -> RfmCell:
    return RfmCell(
        recency=int(row["recency_score"]), frequency=int(row["frequency_score"]), customers=row["customers"],
        share=row["customers"] / total, revenue=float(row["revenue"]), monetary=row["monetary"],
    )  # fmt: skip


def _segments(records: Iterable[dict], scoring: RfmRules) -> list[RfmSegmentRow]:
    """Every segment in the order of its definition, the others last."""
    found = {row["rfm_segment"]: row for row in records}
    customers = sum(row["customers"] for row in found.values())
    revenue = float(sum(row["revenue"] for row in found.values()))
    nobody = {"customers": 0, "revenue": 0, "total_orders": 0, "recency": None}
    rows = []
    for name in (*scoring.segments, OTHERS):
        row = found.get(name, nobody)
        rows.append(RfmSegmentRow(
            segment=name, title=segment_title(name, scoring), advice=_advice(name, scoring),
            customers=row["customers"], share=row["customers"] / customers if customers else 0.0,
            revenue=float(row["revenue"]), revenue_share=float(row["revenue"]) / revenue if revenue else 0.0,
            orders=int(row["total_orders"]), median_recency_days=row["recency"],
        ))  # fmt: skip
    return rows


def _advice(name: str, scoring: RfmRules) -> str:
    segment = scoring.segments.get(name)
    return (segment.advice or "") if segment else ""


def _to_date(as_of: date) -> Window:
    return Window(start=None, end=as_of, label="all")


def _stage_row(stage: str, row: dict | None, total: int) -> LifecycleRow:
    if row is None:
        return LifecycleRow(stage=stage, customers=0, share=0.0, revenue=0.0, orders=0, median_recency_days=None)
    return LifecycleRow(
        stage=stage, customers=row["customers"], share=row["customers"] / total, revenue=float(row["revenue"]),
        orders=int(row["total_orders"]), median_recency_days=row["recency"],
    )  # fmt: skip
