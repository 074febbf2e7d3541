"""A result as a Plotly figure, one function a kind; None where a picture would say nothing more."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from ui.charts import cohorts, metrics, profiles, tiers


def chart(evidence: dict, language: str, currency: str) -> go.Figure | None:
    """Draw localised evidence, or return None."""
    draw = _CHARTS.get(evidence["kind"])
    return draw(evidence, language, currency) if draw else None


_CHARTS: dict[str, Callable[[dict, str, str], go.Figure | None]] = {
    "metric": metrics.metric,
    "tier_overview": tiers.tier_overview,
    "tier_migration": tiers.tier_migration,
    "tier_comparison": tiers.tier_comparison,
    "expected_tiers": tiers.expected_tiers,
    "cohort_table": cohorts.cohort_table,
    "repurchase_curve": cohorts.repurchase_curve,
    "rfm_overview": profiles.rfm_overview,
    "lifecycle_overview": profiles.lifecycle_overview,
    "tag_overview": profiles.tag_overview,
    "selection": profiles.selection,
    "lifetime": profiles.lifetime,
}
