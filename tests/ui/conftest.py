"""Real results of the small brand, localised as the session hands them to the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.catalogue import localise
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.drafting import DraftBrief, draft_messages
from tools.results import Draft
from tools.segment_data import SegmentData


@pytest.fixture(scope="session")
def evidence(data: SegmentData) -> Callable[[str], dict[str, dict]]:
    """One result of every kind and shape, in a language."""
    found = {
        "single": data.query_metric("revenue"),
        "bars": data.query_metric("revenue", by=["channel"], window="last_90_days", compare="previous"),
        "line": data.query_metric("orders", by=["month"], window="last_12_months"),
        "stack": data.query_metric("revenue", by=["month", "channel"], window="last_6_months"),
        "group": data.query_metric("aov", by=["month", "tier"], window="last_3_months"),
        "tier_overview": data.tier_overview(),
        "tier_migration": data.tier_migration(),
        "tier_comparison": data.compare_tiers(tiers=["high", "dormant"]),
        "data_description": data.describe(),
    }
    return lambda language: {name: localise(result.model_dump(mode="json"), language) for name, result in found.items()}


@pytest.fixture(scope="session")
def drafts() -> list[Draft]:
    return draft_messages(
        DraftBrief(tier="dormant", channel="sms", goal="win_back", language="zh", n=3), brand="测试牌"
    )


@pytest.fixture(scope="module")
def workspace(copy_home: Callable[[], Path]) -> Workspace:
    """The small demo brand, to be changed freely."""
    return Workspace(Settings(_env_file=None, home=copy_home(), workspace="small"))
