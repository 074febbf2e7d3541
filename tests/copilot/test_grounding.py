"""Every figure of an answer needs support in this turn's evidence, citations or drafts."""

from __future__ import annotations

from datetime import date

import pytest

from copilot import grounding
from copilot.answer import Citation
from tools.results import Bilingual, MetricResult, MetricRow, Window

EVIDENCE = MetricResult(
    metric="revenue", unit="money", value=12034.5, n=812,
    window=Window(start=date(2026, 9, 1), end=date(2026, 9, 30), label="2026-09"), as_of=date(2026, 10, 31),
    definition=Bilingual(zh="实付金额", en="Amount paid"), query="SELECT 99999", title=Bilingual(zh="收入", en="Revenue"),
    previous=10000.0, change=0.20345,
    rows=[MetricRow(dimensions={"channel": "天猫"}, value=8000.0, n=500, share=0.6648)],
)  # fmt: skip
CITATION = Citation(id="case-x#1", title="T", source="Some report, 2020", quote="注册用户突破3亿，ROI 提升 30%。")


def check(words: str, question: str = "") -> list[str]:
    result = grounding.check(
        words, question=question, evidence=[EVIDENCE], citations=[CITATION], drafts=[], language="en"
    )
    return [warning.message for warning in result.warnings]


@pytest.mark.parametrize(
    "words",
    [
        "收入 ¥12,034.50", "收入约 1.2万", "Revenue was 12,034.5", "up 20.3%", "涨了 20%", "812 orders", "占 66.5%",
        "2026-09-01 至 2026-09-30", "2026年9月", "as of 2026-10-31", "3亿用户", "提升 30%", "Some report, 2020",
        "1. first\n2. second", "see [case-x#99]", "{offer} 和 `42`",
    ],
)  # fmt: skip
def test_supported_figures_pass(words: str) -> None:
    assert check(words) == []


@pytest.mark.parametrize(
    "words",
    ["收入 ¥12,035.50", "约 1.3万", "up 21%", "813 orders", "占 65%", "2026-08-31", "2025年9月", "4亿用户", "99999"],
)
def test_unsupported_figures_are_marked_and_listed(words: str) -> None:
    result = grounding.check(words, question="", evidence=[EVIDENCE], citations=[CITATION], drafts=[], language="zh")
    assert len(result.warnings) == 1
    assert "（未核实）" in result.text


def test_a_figure_of_the_question_may_be_repeated() -> None:
    assert check("You asked about 満 199", question="满199减30 有用吗") == []


def test_a_percent_is_not_taken_for_a_count() -> None:
    assert check("3% of users") != []
