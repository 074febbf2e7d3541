"""Cohorts: who came together, who came back, when, and what they were worth."""

from tools.cohorts.results import CohortTable, RepurchaseCurve
from tools.cohorts.study import CohortStudy

__all__ = ["CohortStudy", "CohortTable", "RepurchaseCurve"]
