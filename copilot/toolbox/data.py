"""Questions about the loaded customer data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from copilot.findings import Findings
from copilot.toolbox.cautions import with_cautions
from tools.errors import NoData
from tools.segment_data import SegmentData

Data = Callable[..., SegmentData | None]
"""Gives the newest loaded data, or None; may be told what a customer is ("account" or "person")."""


def loaded(data: Data, count_by: str = "") -> SegmentData:
    """The loaded data. Raises NoData when there is none."""
    found = data(count_by) if count_by else data()
    if found is None:
        raise NoData("nothing_loaded")
    return found


class DataTools:
    """Metrics and tiers."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def query_metric(
        self,
        metric: str,
        by: list[str] | None = None,
        where: dict[str, list[str]] | None = None,
        window: str = "",
        compare: Literal["", "previous", "last_year"] = "",
        order: Literal["", "top", "bottom"] = "",
        limit: int = 50,
        count_by: Literal["", "account", "person"] = "",
        share_over: str = "",
    ) -> Findings:
        """Compute one metric of the catalogue, optionally split by one or two dimensions.

        Args:
            metric: Metric name, e.g. revenue, orders, customers, aov, arpu, repurchase_rate, churn_rate.
            by: Dimensions to split by, e.g. ["tier"], ["month"], ["month", "channel"].
            where: Filters, e.g. {"tier": ["dormant"], "channel": ["抖音"]}.
            window: Days to look at, e.g. last_30_days, last_month, 2024-11, 2024-11-01..2024-11-11; "" for the default.
            compare: Compare with the previous window of the same length, or with the same window last year.
            order: Keep the largest ("top") or smallest ("bottom") rows first.
            limit: How many rows at most.
            count_by: Count customers by "account" or, where accounts are linked, by "person"; "" for the usual one.
            share_over: A dimension of `where`, to tell also what share the kept values are of all its values.
        """
        data = loaded(self._data, count_by)
        result = data.query_metric(
            metric, by=by or [], where=where or {}, window=window, compare=compare, order=order, limit=limit,
            share_over=share_over,
        )  # fmt: skip
        return Findings(evidence=[with_cautions(result, data.health.findings)])

    def tier_overview(self, as_of: str = "") -> Findings:
        """Count customers, revenue, AOV and recency in each of the five tiers on a day.

        Args:
            as_of: Day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[loaded(self._data).tier_overview(as_of=as_of)])

    def tier_migration(self, from_day: str = "", to_day: str = "") -> Findings:
        """Show how customers moved between tiers from one day to another.

        Args:
            from_day: First day (2024-10-31); "" for the month end before the last day.
            to_day: Second day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[loaded(self._data).tier_migration(from_day=from_day, to_day=to_day)])

    def compare_tiers(
        self, tiers: list[str] | None = None, metrics: list[str] | None = None, window: str = ""
    ) -> Findings:
        """Put tiers side by side over several metrics.

        Args:
            tiers: Tiers among high, potential, mid, low, dormant; empty for all five.
            metrics: Metric names; empty for the usual ones.
            window: Days to look at; "" for the default.
        """
        result = loaded(self._data).compare_tiers(tiers=tiers or [], metrics=metrics or [], window=window)
        return Findings(evidence=[result])

    def describe_data(self) -> Findings:
        """Say what data is loaded: tables, days covered, which metrics can be computed."""
        return Findings(evidence=[loaded(self._data).describe()])
