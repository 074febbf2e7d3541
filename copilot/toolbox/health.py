"""Whether the data can carry an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from copilot.findings import Findings
from copilot.toolbox.data import Data, loaded


class HealthTools:
    """Data health."""

    def __init__(self, data: Data, today: Callable[[], date]) -> None:
        self._data = data
        self._today = today

    def data_health(self) -> Findings:
        """Check the loaded data: how fresh it is, missing days, jumps in volume, columns that changed meaning."""
        return Findings(evidence=[loaded(self._data).health.report(self._today())])
