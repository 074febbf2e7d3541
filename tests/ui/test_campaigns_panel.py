"""The campaigns tab: from a sentence to an approved send list, with what is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from copilot.settings import Settings
from copilot.workspace import Workspace
from ui.panels.approvals import Bulk
from ui.panels.brand import Brand
from ui.panels.campaigns import Campaigns

BODY, HISTORY, RESULT = 20, 21, 22
"""Places of what the handlers return."""
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
    _role, one, version, said, brief, *form = author.made(SENTENCE, "", "zh")
    form, texts, channel, body, history, buttons = form[:12], form[12], form[13], form[15], form[16], form[19:]
    assert (one.value, version, channel.value) == ("campaign-1", 1, "sms")
    assert "ws-done" in said
    assert "潜力用户" in brief
    assert "<form" not in texts  # a card's own box would change a draft that is not the campaign's
    assert [button.interactive for button in buttons] == [True, False, False, False, False]
    assert (buttons[0].variant, buttons[1].variant) == ("primary", "secondary")
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
    assert shown[BODY] != body
    shown = author.worded("campaign-1", 3, "", "en", "sms", "", f"{body[:-1]}R")
    shown = author.revised("campaign-1", shown[2], "", "zh", "sms", "更活泼一点")
    assert shown[BODY] != body
    assert "第 5 版改了什么" in shown[HISTORY]
    version = shown[2]
    shown = author.reviewed("submit", "campaign-1", version, "", "zh", "<b>看过</b>")
    assert "等待审核人" in shown[3]
    assert "&lt;b&gt;" in shown[HISTORY]
    assert shown[RESULT] == shown[3]
    assert "ws-failure" in author.reviewed("approve", "campaign-1", version, "", "zh", "")[3]
    assert "ws-failure" in author.exported("campaign-1", "", "zh")[5]
    assert not any(button.interactive for button in author._buttons(author.desk().get("campaign-1")))  # none for them
    reviewer, bulk = opened("reviewer")
    assert [button.interactive for button in reviewer._buttons(reviewer.desk().get("campaign-1"))] == [
        False, True, False, False, True,
    ]  # fmt: skip
    waiting, listed = bulk.followed([], "zh")
    assert (waiting.choices[0][1], listed[0][1]) == ("campaign-1", "campaign-1")
    assert [each["__type__"] for each in bulk.followed(listed, "zh")] == ["update", "update"]  # nothing is touched
    waiting, _ = bulk.look("zh")
    assert [id for _, id in waiting.choices] == ["campaign-1"]
    assert "请写一句理由" in bulk.act("return", ["campaign-1"], "", "zh")[1]
    waiting, told = bulk.act("approve", ["campaign-1"], "", "zh")
    assert waiting.choices == []
    assert "已批准" in told
    files, folder, *shown = reviewer.exported("campaign-1", "", "zh", "aliyun-sms", "xlsx")
    assert "已导出" in shown[3]
    assert "campaign-1-v5-sms-aliyun-sms-xlsx" in shown[HISTORY]
    assert any("messages-1.xlsx" in str(path) for path in files.value)
    reviewer.forget(folder)
    assert not Path(folder).exists()


def test_nothing_chosen_is_told(opened: Callable) -> None:
    panel, _ = opened("admin")
    assert "请先选择" in panel.reviewed("approve", None, 0, "", "zh", "")[3]
    assert panel.weigh(None, "zh") == ""
    assert panel.channel_text(None, None, "zh") == ["", ""]


def test_the_brand_says_who_signs_how_it_sounds_and_what_it_never_says(opened: Callable) -> None:
    author, _ = opened("operator")
    brand = Brand(author._copilot)
    *fields, _rules, lacking = brand.look("zh")
    assert "联系地址" in lacking
    fields[2:] = ["延平路1号", "", "https://a.example/out", "活泼"]
    *fields, said = brand.saved(*fields, "zh")
    assert fields[2:] == ["延平路1号", "", "https://a.example/out", "活泼"]
    assert "已保存" in said
    assert "联系地址" not in said
    assert author.desk().read(SENTENCE).voice == "活泼"
    assert brand.saved(*fields[:5], "", "zh")[:6] == [*fields[:5], ""]  # what is emptied is taken out
    fields[4] = "http://a.example"
    assert "ws-failure" in brand.saved(*fields, "zh")[-1]
    assert "ws-failure" in brand.ruled("forbid: 亲爱的", "zh")
    assert "已保存" in brand.ruled("forbid:\n  - {words: 下单}", "zh")
    assert "下单" in brand.look("zh")[-2]
    made = author.made(SENTENCE.replace("二单转化", "复购"), "", "zh")
    assert "不可发" in author.weigh(made[1].value, "zh") or "还不能提交" in author.weigh(made[1].value, "zh")
    assert "已保存" in brand.ruled("", "zh")
