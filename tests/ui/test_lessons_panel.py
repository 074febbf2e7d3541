"""The lessons tab: what it proposes, lists, decides and refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from copilot.settings import Settings
from copilot.workspace import Workspace
from ui.panels.lessons import Decide, Propose


@pytest.fixture(scope="module")
def opened(copy_home: Callable[[], Path]) -> Callable[[str], tuple[Propose, Decide]]:
    home = copy_home()

    def in_role(role: str) -> tuple[Propose, Decide]:
        workspace = Workspace(Settings(_env_file=None, home=home, workspace="small", role=role, user="小林"))
        copilot = SimpleNamespace(workspace=workspace)
        return Propose(lambda: copilot), Decide(lambda: copilot)

    return in_role


def test_a_campaigns_result_is_proposed_listed_and_decided(opened: Callable) -> None:
    propose, decide = opened("operator")
    campaigns = propose.campaigns("zh").choices
    assert "C002" in [id for _, id in campaigns]
    said, cleared = propose.propose("C002", "再做一次，<b>值得</b>", "zh")
    assert "lesson-1" in said
    assert "&lt;b&gt;" in said
    assert cleared == ""
    role, rows, one, *_ = decide.look("", "zh")
    assert "运营" in role
    assert "对照实验" in rows
    assert [id for _, id in one.choices] == ["lesson-1"]
    *_, refused = decide.decide("approved", "lesson-1", "", "", "", "zh")
    assert "ws-failure" in refused
    _, reviewer = opened("reviewer")
    *_, late = reviewer.decide("approved", "lesson-1", "", "2001-01-01", "", "en")
    assert "2001-01-01" in late
    *_, unclear = reviewer.decide("approved", "lesson-1", "", "soon", "", "en")
    assert "soon" in unclear
    *_, shown, done = reviewer.decide("approved", "lesson-1", "看过", "2099-01-01", "", "zh")
    assert "ws-done" in done
    assert "小林（审核人，页面）批准，有效期至 2099-01-01：看过" in shown
    *_, done = reviewer.decide("withdrawn", "lesson-1", "", "", "", "en")
    assert "withdrawn" in done
    found = reviewer.desk().all(datetime.now(UTC))
    assert [each.state for each in found] == ["withdrawn"]


def test_nothing_said_and_nothing_chosen_are_told(opened: Callable) -> None:
    propose, decide = opened("admin")
    refused, kept = propose.propose("", " ", "en")
    assert "ws-failure" in refused
    assert kept != "", "what was typed stays"
    *_, told = decide.decide("rejected", None, "", "", "", "en")
    assert "Choose a lesson first" in told
    assert "ws-quiet" in decide.look("expired", "en")[1]
