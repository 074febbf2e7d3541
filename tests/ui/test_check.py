"""The tab that checks a text: marks in place, findings listed, hostile words escaped."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from copilot.workspace import Workspace
from ui.panels.check import CheckText


@pytest.fixture(scope="module")
def panel(workspace: Workspace) -> CheckText:
    return CheckText(lambda: SimpleNamespace(workspace=workspace))


def test_findings_are_marked_where_they_are(panel: CheckText) -> None:
    card = panel.check("到店了，绝对好用，国家级品质", "顶级羊绒", "push", "zh", "promotion", "", "zh")
    assert '<mark class="ws-warn">绝对</mark><sup>2</sup>' in card
    assert '<mark class="ws-block">国家级</mark><sup>3</sup>' in card
    assert '<mark class="ws-block">顶级</mark><sup>1</sup>' in card
    assert card.count("<li ") == 3
    assert "广告法" in card


def test_a_clean_text_passes_and_an_empty_one_is_refused(panel: CheckText) -> None:
    assert "ws-passed" in panel.check("到店了", "", "push", "", "promotion", "", "en")
    assert "ws-failure" in panel.check(" ", "", "sms", "", "promotion", "", "zh")


def test_words_are_escaped(panel: CheckText) -> None:
    card = panel.check('<img src=x onerror=alert(1)> best ever "quotes"', "<b>hi</b>", "push", "en", "promotion", "", "en")
    assert "<img" not in card
    assert "<b>hi" not in card
    assert "&lt;img" in card


def test_overlapping_findings_keep_every_letter_once(panel: CheckText) -> None:
    words = "您昨晚看了3次的裙子仅剩2件限时秒杀全网最低价13812345678"
    card = panel.check(words, "", "sms", "zh", "promotion", "", "zh")
    body = card.split('<div class="ws-draft-body">')[1].split("</div>")[0]
    assert re.sub(r"<sup>[^<]*</sup>|<[^>]+>", "", body) == words
