"""What a look at the loaded data found."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import computed_field

from tools.results import Evidence, Frozen

Severity = Literal["notice", "warning", "problem"]
"""notice: worth knowing; warning: figures over these days or this column need care; problem: they mislead."""

Check = Literal[
    "stale", "missing_days", "volume_up", "volume_down", "unknown_customers", "set_aside", "orphans",
    "level_shift", "filled_shift", "new_values", "same_moment",
]  # fmt: skip


class Finding(Frozen):
    """One thing found; worded by catalogue entry `health.<check>` with `params`."""

    check: Check
    severity: Severity
    table: str
    column: str = ""
    start: date | None = None
    end: date | None = None
    """Days it concerns, both included; None where it concerns the whole table."""
    params: dict[str, str | int | float] = {}

    def touches(self, start: date | None, end: date) -> bool:
        """Whether it concerns a day of a window."""
        return (self.start is None or self.start <= end) and (
            self.end is None or start is None or self.end >= start
        )


class FreshnessRow(Frozen):
    """One loaded table: its days and its rows."""

    table: str
    rows: int
    first_day: date | None
    last_day: date | None


class HealthReport(Evidence):
    """`value` counts warnings and problems; `n` is the number of orders looked at."""

    kind: Literal["data_health"] = "data_health"
    tables: list[FreshnessRow]
    findings: list[Finding]
    set_aside: dict[str, int] = {}
    """Rows that were not taken in, by reason (catalogue entry `reason.<reason>`)."""

    @computed_field
    @property
    def rows_set_aside(self) -> int:
        return sum(self.set_aside.values())

    @property
    def serious(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity != "notice"]
