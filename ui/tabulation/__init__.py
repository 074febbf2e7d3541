"""A result as a table: head, rows, and how many leading columns are words. One function a kind."""

from __future__ import annotations

from collections.abc import Callable

from copilot.formatting import priced
from ui.tabulation import metrics, people, records
from ui.tabulation.metrics import Table


def tabulated(evidence: dict, language: str, currency: str) -> Table:
    """The table of localised evidence."""
    with priced(currency):
        return _TABLES[evidence["kind"]](evidence, language, currency)


_TABLES: dict[str, Callable[[dict, str, str], Table]] = {
    "metric": metrics.metric,
    "tier_overview": metrics.tier_overview,
    "tier_migration": metrics.tier_migration,
    "tier_comparison": metrics.tier_comparison,
    "data_description": metrics.data_description,
    "cohort_table": people.cohort_table,
    "repurchase_curve": people.repurchase_curve,
    "rfm_overview": people.rfm_overview,
    "lifecycle_overview": people.lifecycle_overview,
    "expected_tiers": people.expected_tiers,
    "tag_overview": people.tag_overview,
    "lifetime": people.lifetime,
    "selection": records.selection,
    "segment_list": records.segment_list,
    "segment_overlap": records.segment_overlap,
    "audience": records.audience,
    "next_best": records.next_best,
    "data_health": records.data_health,
    "link_overview": records.link_overview,
}
