"""A diagnosis that is printed takes one A4 page, however much was asked and answered, in letters that can be read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from copilot.diagnosis import document
from copilot.diagnosis.desk import TOPICS, USUAL
from copilot.diagnosis.results import Comparison, Diagnosis
from copilot.diagnosis.rules import rules
from copilot.diagnosis.shop import DiagnosisShop
from copilot.workspace import Workspace

pytestmark = pytest.mark.browser
TROUBLE = "我们是中型零食品牌，新客增长停滞"
LEAST_POINTS = 9


@pytest.fixture(scope="module")
def shop(settings):  # noqa: ANN001, ANN201
    workspace = Workspace(settings)
    yield DiagnosisShop(workspace)
    workspace.close()


def everything(shop: DiagnosisShop) -> tuple[Diagnosis, Comparison]:
    """Every topic, every question answered, compared with one that answered few."""
    before = shop.desk.diagnose(TOPICS, {"market_growth": "slow"}, TROUBLE, event="618")
    kept = shop.store.save("上半年在门店和线上一起做的那一次完整诊断", before, datetime.now(UTC))
    known = rules()
    asked = [key for topic in ("stage", "quadrant", "maturity") for key in known.asked(topic)]
    answers = {key: (known.questions[key].options or ["12000000"])[0] for key in asked} | {"industry": "snacks"}
    compared = shop.again(kept.id, answers | {"challenge": "spread"})
    return compared.after, compared


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("which", ["usual", "plan", "everything"])
def test_a_printed_diagnosis_is_one_page(chromium, shop, tmp_path: Path, which: str, language: str) -> None:  # noqa: ANN001
    compared = None
    if which == "everything":
        found, compared = everything(shop)
    elif which == "plan":
        found = shop.desk.diagnose(("quickwin",), event="双11")
    else:
        found = shop.desk.diagnose(USUAL, {}, TROUBLE)
    path = document.export(found, tmp_path / "page.html", "山河零食", language, compared)
    page = chromium.new_page()
    page.goto(path.as_uri())
    printed = PdfDocument(page.pdf(prefer_css_page_size=True))
    sizes = page.evaluate("[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize))")
    page.close()
    assert len(printed) == 1
    assert [round(side) for side in printed[0].get_size()] == [595, 842], "A4"
    assert min(sizes) >= LEAST_POINTS * 96 / 72
    words = re.sub(r"\s", "", printed[0].get_textpage().get_text_range())
    for verdict in found.verdicts:
        assert re.sub(r"\s", "", document.verdict_of(verdict.topic, verdict.verdict, language)) in words or verdict.between
