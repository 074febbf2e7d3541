"""What customers will do."""

from __future__ import annotations

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded
from tools.lifetime.results import HORIZON


class LifetimeTools:
    """Expected orders, chance of being alive, customer value."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def lifetime_outlook(self, horizon_days: int = HORIZON) -> Findings:
        """Churn risk by tier and what goes with it, expected order days and customer value over the days to come.

        Use for who is being lost, which traits go with churn risk (never causes), and what customers are worth.
        Says why not where the history is too short or the model misses the days kept back for its check.

        Args:
            horizon_days: Days to look ahead.
        """
        return Findings(evidence=[loaded(self._data).lifetime.report(horizon=horizon_days)])
