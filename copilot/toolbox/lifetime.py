"""What customers will do."""

from __future__ import annotations

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded


class LifetimeTools:
    """Expected orders, chance of being alive, customer value."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def lifetime_outlook(self) -> Findings:
        """Expected order days, chance of still being a customer and customer value by tier over the next year.

        Says why not where the history is too short or the model misses the days kept back for its check.
        """
        return Findings(evidence=[loaded(self._data).lifetime.report()])
