"""Tables of who customers are and what they will do; the cells are those of the command line."""

from __future__ import annotations

from copilot.cohorttext import cohort_cells, repurchase_cells
from copilot.lifetimetext import tier_rows
from copilot.profiletext import lifecycle_cells, rfm_cells
from copilot.tagtext import tag_cells
from copilot.tiertext import expected_cells
from tools.cohorts.results import CohortTable, RepurchaseCurve
from tools.lifetime.results import LifetimeReport
from tools.results import LifecycleOverview, RfmOverview
from tools.tiers.results import ExpectedTiers
from tools.traits.results import TagOverview
from ui.tabulation.metrics import Table
from ui.typed import typed


def cohort_table(evidence: dict, language: str, currency: str) -> Table:
    """The triangle, its average last."""
    return *cohort_cells(typed(CohortTable, evidence), language, currency), 1


def repurchase_curve(evidence: dict, language: str, currency: str) -> Table:
    """Everybody, then each group, by horizon."""
    return *repurchase_cells(typed(RepurchaseCurve, evidence), language), 1


def rfm_overview(evidence: dict, language: str, currency: str) -> Table:
    return *rfm_cells(typed(RfmOverview, evidence), language), 1


def lifecycle_overview(evidence: dict, language: str, currency: str) -> Table:
    return *lifecycle_cells(typed(LifecycleOverview, evidence), language), 1


def expected_tiers(evidence: dict, language: str, currency: str) -> Table:
    return *expected_cells(typed(ExpectedTiers, evidence), language), 1


def tag_overview(evidence: dict, language: str, currency: str) -> Table:
    """The tags that the data can tell; what each means stands second, beside its name."""
    head, rows = tag_cells(typed(TagOverview, evidence), language)
    return _second(head), [_second(row) for row in rows], 2


def lifetime(evidence: dict, language: str, currency: str) -> Table:
    """The outlook by tier; nothing where there is none."""
    found = typed(LifetimeReport, evidence)
    return (*tier_rows(found.tiers, language), 1) if found.tiers else ([], [], 1)


def _second(row: list[str]) -> list[str]:
    return [row[0], row[-1], *row[1:-1]]
