"""What data health has to say about one figure, as notes that stand beside it."""

from __future__ import annotations

from collections.abc import Iterable

from tools.health import Finding
from tools.results import Evidence, MetricResult

OF_ANY_FIGURE = ("missing_days", "volume_down", "level_shift")
OF_SPLITS = ("filled_shift", "new_values")


def with_cautions(result: MetricResult, findings: Iterable[Finding]) -> MetricResult:
    """The result with a note for each kind of serious finding that concerns its days, its split or its filters."""
    notes = dict.fromkeys(f"health_{finding.check}" for finding in findings if _concerns(finding, result))
    return result.model_copy(update={"notes": [*result.notes, *notes]})


def _concerns(finding: Finding, result: MetricResult) -> bool:
    if finding.severity == "notice":
        return False
    if finding.check == "unknown_customers":
        return finding.table in ("orders", "order_items") and result.unit in ("money", "orders")
    inside = finding.start is not None and _inside(finding, result)
    used = finding.column in {*result.by, *result.filters}
    return inside and (finding.check in OF_ANY_FIGURE or finding.check in OF_SPLITS and used)


def _inside(finding: Finding, result: Evidence) -> bool:
    windows = [result.window, *([result.comparison] if isinstance(result, MetricResult) and result.comparison else [])]
    return any(finding.touches(window.start, window.end) for window in windows)
