"""Cohort results on the page: their tables, and what their headline says."""

from __future__ import annotations

from copilot.cohorttext import COUNTS, cohort_cells, repurchase_cells
from tools.cohorts.results import CohortTable, RepurchaseCurve
from ui.words import say

Table = tuple[list[str], list[list[str]], int]


def cohort_table(evidence: dict, language: str, currency: str) -> Table:
    """The triangle, its average last."""
    return *cohort_cells(CohortTable.model_validate(_typed(evidence)), language, currency), 1


def repurchase_curve(evidence: dict, language: str, currency: str) -> Table:
    """Everybody, then each group, by horizon."""
    return *repurchase_cells(RepurchaseCurve.model_validate(_typed(evidence)), language), 1


def headline_label(evidence: dict, language: str) -> str:
    """What the headline figure is; "" where the title says it."""
    if evidence["kind"] == "repurchase_curve":
        return say("result.again_within", language, days=evidence["days"])
    if evidence["kind"] == "cohort_table" and evidence["measure"] not in COUNTS:
        return say("result.cohort_next", language)
    return ""


def _typed(evidence: dict) -> dict:
    # Localised evidence holds its definition in one language.
    return {**evidence, "definition": dict.fromkeys(("zh", "en"), evidence["definition"])}
