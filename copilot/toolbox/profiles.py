"""RFM segments, lifecycle stages and the month ahead of the tiers."""

from __future__ import annotations

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded


class ProfileTools:
    """Who the customers are, and where they are going."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def rfm_overview(self, as_of: str = "") -> Findings:
        """Count customers and revenue of each RFM segment (recency, frequency, money scored 1 to 5), with cut points.

        Args:
            as_of: Day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[loaded(self._data).tiers.rfm(as_of)])

    def lifecycle_overview(self, as_of: str = "") -> Findings:
        """Count customers in each stage of the lifecycle: introduction, growth, maturity, decline, churned.

        Args:
            as_of: Day (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[loaded(self._data).tiers.lifecycle(as_of)])

    def expected_tiers(self, as_of: str = "") -> Findings:
        """Expect the size of each tier a month ahead, if customers move between tiers as in past months, with a range.

        Args:
            as_of: Day to look ahead from (2024-11-30); "" for the data's last day.
        """
        return Findings(evidence=[loaded(self._data).tiers.expected(as_of)])
