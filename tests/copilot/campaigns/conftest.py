"""Desks over one small workspace, for any person, role and reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.results import Campaign
from copilot.settings import Settings
from copilot.workspace import Workspace

SENTENCE = "给潜力用户做一个二单转化活动，满199减30，企微加短信"
NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
Open = Callable[..., CampaignDesk]


@pytest.fixture
def open_as(copy_home: Callable[[], Path]) -> Open:
    """A desk over one workspace of this test's own."""
    home = copy_home()

    def opened(role: str = "operator", user: str = "", reach: str = "page", **more: object) -> CampaignDesk:
        settings = Settings(_env_file=None, home=home, workspace="small", role=role, user=user or role, **more)
        return CampaignDesk(Workspace(settings), reach)

    return opened


@pytest.fixture
def ready(open_as: Open) -> Campaign:
    """A campaign that may be submitted, by the operator."""
    desk = open_as()
    later = (desk.checks.as_of + timedelta(days=20)).isoformat()
    return desk.create(desk.read(SENTENCE, {"end": later, "exit": "ordered"}), NOW)


@pytest.fixture
def approved(open_as: Open, ready: Campaign) -> Campaign:
    open_as().submit(ready.id, ready.version, NOW, note="looked at")
    return open_as("reviewer").approve(ready.id, ready.version, NOW)
