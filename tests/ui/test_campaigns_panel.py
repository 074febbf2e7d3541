"""The campaigns tab: from a sentence to an approved send list, with what is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from copilot.settings import Settings
from copilot.workspace import Workspace
from ui.panels.approvals import Bulk
from ui.panels.campaigns import Campaigns

SENTENCE = "给潜力用户做一个二单转化活动，满199减30，短信，2099年12月1日截止"


@pytest.fixture(scope="module")
def opened(copy_home: Callable[[], Path]) -> Callable[[str], tuple[Campaigns, Bulk]]:
    home = copy_home()

    def in_role(role: str) -> tuple[Campaigns, Bulk]:
        workspace = Workspace(Settings(_env_file=None, home=home, workspace="small", role=role, user=f"小{role}"))
        copilot = SimpleNamespace(workspace=workspace)
        return Campaigns(lambda: copilot), Bulk(lambda: copilot)

    return in_role


def test_from_a_sentence_to_the_send_list(opened: Callable) -> None:
    author, _ = opened("operator")
    _role, one, version, said, brief, *form, _texts, channel, _title, body, history = author.made(SENTENCE, "", "zh")
    assert (one.value, version, channel.value) == ("campaign-1", 1, "sms")
    assert "ws-done" in said
    assert "潜力用户" in brief
    assert form[:3] == ["满199减30", "", "2099-12-01"]
    assert "小operator（运营，页面）新建" in history
    assert "可以提交审核" in author.weigh("campaign-1", "zh")
    form = ["满199减30", "", "soon", "", ["sms"], "first", "", "20%", "", "", "", ""]
    shown = author.saved("campaign-1", 1, "", "zh", *form)
    assert "ws-failure" in shown[3]
    form[2:4] = ["2099-12-01", "ordered"]
    shown = author.saved("campaign-1", 1, "", "zh", *form)
    assert (shown[2], shown[12]) == (2, "20")
    shown = author.next_text("campaign-1", 2, "", "zh", "sms")
    assert shown[-2] != body
    shown = author.worded("campaign-1", 3, "", "en", "sms", "", f"{body[:-1]}R")
    version = shown[2]
    shown = author.reviewed("submit", "campaign-1", version, "", "zh", "<b>看过</b>")
    assert "等待审核人" in shown[3]
    assert "&lt;b&gt;" in shown[-1]
    assert "ws-failure" in author.reviewed("approve", "campaign-1", version, "", "zh", "")[3]
    assert "ws-failure" in author.exported("campaign-1", "", "zh")[5]
    reviewer, bulk = opened("reviewer")
    waiting, _ = bulk.look("zh")
    assert [id for _, id in waiting.choices] == ["campaign-1"]
    waiting, told = bulk.approve(["campaign-1"], "zh")
    assert waiting.choices == []
    assert "已批准" in told
    files, folder, *shown = reviewer.exported("campaign-1", "", "zh")
    assert "已导出" in shown[3]
    assert any("messages" in str(path) for path in files.value)
    reviewer.forget(folder)
    assert not Path(folder).exists()


def test_nothing_chosen_is_told(opened: Callable) -> None:
    panel, _ = opened("admin")
    assert "请先选择" in panel.reviewed("approve", None, 0, "", "zh", "")[3]
    assert panel.weigh(None, "zh") == ""
    assert panel.channel_text(None, None, "zh") == ["", ""]
