"""Cohorts and repurchase curves."""

from __future__ import annotations

from typing import Literal

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded


class CohortTools:
    """Who came together, who came back."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def cohort_retention(
        self,
        by: Literal["week", "month", "quarter"] = "month",
        measure: Literal["customers", "retention", "orders", "revenue", "arpu", "ltv"] = "retention",
        age_days: int = 0,
        where: dict[str, list[str]] | None = None,
        window: str = "",
    ) -> Findings:
        """Follow customers, grouped by the period of their first order, over the periods since (cohort triangle).

        Args:
            by: Period of the first order.
            measure: customers or retention (who still orders), orders, revenue, arpu (revenue per customer of the
                cohort), ltv (the same, summed up to date).
            age_days: Length of periods counted from each customer's own first order, e.g. 30; 0 for calendar periods.
            where: Filters, e.g. {"channel": ["抖音"]}: channel, city, region and category are those of the first order.
            window: Days of the first orders, e.g. 2024 or 2024-Q3; "" for all.
        """
        found = loaded(self._data).cohorts.table(by, measure, age_days=age_days, where=where or {}, window=window)
        return Findings(evidence=[found])

    def repurchase_curve(
        self, by: str = "month", after: int = 1, where: dict[str, list[str]] | None = None, window: str = ""
    ) -> Findings:
        """Estimate which share of customers orders again within 30, 60, 90, 180 and 365 days, and how it differs.

        Args:
            by: Split, e.g. month (of the first order), channel, city, tier; "" for everybody together.
            after: Order that the days count from: 1 from the first order to the second, 2 from the second to the third.
            where: Filters, e.g. {"channel": ["抖音"]}.
            window: Days of the first orders, e.g. 2024 or 2024-Q3; "" for all.
        """
        found = loaded(self._data).cohorts.repurchase(by, after, where=where or {}, window=window)
        return Findings(evidence=[found])
