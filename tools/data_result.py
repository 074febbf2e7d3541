"""Every result that a chat can carry as evidence, as one union told apart by `kind`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tools.audience import AudienceReach
from tools.cohorts.results import CohortTable, RepurchaseCurve
from tools.health.results import HealthReport
from tools.identity.results import LinkOverview
from tools.lifetime.results import LifetimeReport
from tools.next_best.results import NextBestOverview
from tools.results import (
    DataDescription,
    LifecycleOverview,
    MetricResult,
    RfmOverview,
    TierComparison,
    TierMigration,
    TierOverview,
)
from tools.selection.results import Overlap, SegmentList, Selection
from tools.tiers.results import ExpectedTiers
from tools.traits.results import TagOverview

DataResult = Annotated[
    MetricResult
    | TierOverview
    | TierMigration
    | TierComparison
    | DataDescription
    | RfmOverview
    | LifecycleOverview
    | ExpectedTiers
    | HealthReport
    | CohortTable
    | RepurchaseCurve
    | TagOverview
    | LifetimeReport
    | LinkOverview
    | Selection
    | SegmentList
    | Overlap
    | AudienceReach
    | NextBestOverview,
    Field(discriminator="kind"),
]
"""Restores a result from a plain dict (a checkpointer gives dicts back)."""
