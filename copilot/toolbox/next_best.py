"""Next best choices, counted."""

from __future__ import annotations

from collections.abc import Callable

from copilot.findings import Findings
from tools.next_best import NextBestOverview


class NextBestTools:
    """What to say next, where and when. A model reads counts, never a customer's own choices."""

    def __init__(self, overview: Callable[[str, str], NextBestOverview]) -> None:
        self._overview = overview

    def next_best_choices(self, segment: str = "", tier: str = "") -> Findings:
        """Count what to do next with customers: category to mention, channel, hour, and whether a discount is needed.

        Args:
            segment: A saved segment; "" for none.
            tier: Only this tier (high, potential, mid, low, dormant); "" with no segment is everybody with an order.
        """
        return Findings(evidence=[self._overview(segment.strip(), tier.strip())])
