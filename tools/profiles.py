"""Overviews of who the customers are on a day: RFM scores and lifecycle stages."""

from __future__ import annotations

from datetime import date

from ibis import _

from tools import catalog, rfm
from tools.lifecycle import GROWTH_DAYS, STAGES
from tools.results import LifecycleOverview, LifecycleRow, RfmCell, RfmOverview, Window
from tools.tiers.history import TierHistory
from tools.tiers import behaviour
from tools.warehouse import Warehouse


class Profiles:
    """RFM and lifecycle of one warehouse on any day of its data."""

    def __init__(self, warehouse: Warehouse, tiers: TierHistory) -> None:
        self._warehouse = warehouse
        self._tiers = tiers

    def rfm(self, as_of: date) -> RfmOverview:
        """Customers in each cell of recency by frequency, and the cut points of the three scores."""
        grouped = rfm.profile(as_of, self._tiers.rules).group_by("recency_score", "frequency_score").agg(
            customers=_.count(), revenue=_.spend.sum(), monetary=_.monetary_score.cast("int8").mean()
        )
        rows = self._warehouse.run(grouped.order_by(_.recency_score.desc(), _.frequency_score.desc()))
        total = sum(row["customers"] for row in rows.records)
        cells = [
            RfmCell(recency=int(row["recency_score"]), frequency=int(row["frequency_score"]),
                    customers=row["customers"], share=row["customers"] / total, revenue=float(row["revenue"]),
                    monetary=row["monetary"])
            for row in rows.records
        ]  # fmt: skip
        return RfmOverview(
            metric="rfm", unit="customers", value=total, n=total, window=_to_date(as_of), as_of=as_of,
            definition=catalog.definition("rfm"), query=rows.sql, cells=cells, cut_points=self._cut_points(as_of),
            notes=[] if total else ["empty"],
        )  # fmt: skip

    def lifecycle(self, as_of: date) -> LifecycleOverview:
        """Customers, spend to date and recency of each stage."""
        rules = self._tiers.rules
        grouped = rfm.profile(as_of, rules).group_by("lifecycle").agg(
            customers=_.count(), revenue=_.spend.sum(), total_orders=_.orders.sum(),
            recency=_.recency_days.cast("float64").median(),
        )  # fmt: skip
        rows = self._warehouse.run(grouped)
        found = {row["lifecycle"]: row for row in rows.records}
        total = sum(row["customers"] for row in rows.records)
        return LifecycleOverview(
            metric="lifecycle", unit="customers", value=total, n=total, window=_to_date(as_of), as_of=as_of,
            definition=catalog.definition("lifecycle", dormancy_days=rules.dormancy_days, growth_days=GROWTH_DAYS),
            query=rows.sql, rows=[_stage_row(stage, found.get(stage), total) for stage in STAGES],
            notes=[] if total else ["empty"],
        )  # fmt: skip

    def _cut_points(self, as_of: date) -> dict[str, list[float]]:
        (row,) = self._warehouse.run(rfm.cut_points(behaviour(as_of, self._tiers.rules))).records
        return {score: [row[rfm.cut_name(score, q)] for q in rfm.QUANTILES] for score in rfm.SCORES}


def _to_date(as_of: date) -> Window:
    return Window(start=None, end=as_of, label="all")


def _stage_row(stage: str, row: dict | None, total: int) -> LifecycleRow:
    if row is None:
        return LifecycleRow(stage=stage, customers=0, share=0.0, revenue=0.0, orders=0, median_recency_days=None)
    return LifecycleRow(
        stage=stage, customers=row["customers"], share=row["customers"] / total, revenue=float(row["revenue"]),
        orders=int(row["total_orders"]), median_recency_days=row["recency"],
    )  # fmt: skip
