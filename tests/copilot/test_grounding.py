"""Every figure of an answer needs support in this turn's evidence, citations or drafts."""

from __future__ import annotations

from datetime import date

import pytest

from copilot import grounding
from copilot.answer import Citation
from evals.grounding_evidence import EVIDENCE as BRAND
from tools.results import Bilingual, MetricResult, MetricRow, Window

EVIDENCE_OF_ALL = list(BRAND.values())
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
        "1. first\n2. second", "see [case-x#99]", "{offer} 和 `day_42`",
    ],
)  # fmt: skip
def test_supported_figures_pass(words: str) -> None:
    assert check(words) == []


@pytest.mark.parametrize(
    "words",
    ["收入 ¥12,035.50", "约 1.3万", "up 21%", "813 orders", "占 65%", "2026-08-31", "2025年9月", "4亿用户", "99999", "`99999`", "[99999]"],
)
def test_unsupported_figures_are_marked_and_listed(words: str) -> None:
    result = grounding.check(words, question="", evidence=[EVIDENCE], citations=[CITATION], drafts=[], language="zh")
    assert len(result.warnings) == 1
    assert "（未核实）" in result.text


def test_a_figure_of_the_question_may_be_repeated() -> None:
    assert check("You asked about 満 199", question="满199减30 有用吗") == []


def test_a_percent_is_not_taken_for_a_count() -> None:
    assert check("3% of users") != []


def told(words: str, language: str = "zh") -> tuple[str, list[str]]:
    """The answer as checked against every result of the made-up brand, and the codes of its warnings."""
    checked = grounding.check(
        words, question="", evidence=EVIDENCE_OF_ALL, citations=[], drafts=[], language=language
    )
    return checked.text, [warning.code for warning in checked.warnings]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("近90天，天猫的销售额是¥742,318.40，抖音是¥521,877.95。", "zh"),
        ("天猫比抖音多¥220,440.45，是它的1.42倍。", "zh"),
        ("天猫和抖音合计¥1,264,196.35。", "zh"),
        ("High-value customers repurchase at 81.2%, which rose 1.8 percentage points.", "en"),
        ("Revenue in August 2026 was ¥592,467.85.", "en"),
        ("天猫约占三成。", "zh"),
        ("销售额最高的是天猫，最低的是线下门店。", "zh"),
        ("| 层级 | 客户数 |\n| --- | ---: |\n| 沉睡用户 | 8,309 |\n| 高价值用户 | 2,155 |", "zh"),
    ],
)
def test_what_holds_passes(words: str, language: str) -> None:
    assert told(words, language) == (words, [])


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        ("京东的销售额上升1.4%。", "zh", "W-DIRECTION"),
        ("High-value customers: 81.2%, which rose 1.8%.", "en", "W-UNIT"),
        ("沉睡用户有¥8,309。", "zh", "W-UNIT"),
        ("销售额最高的是抖音（¥521,877.95）。", "zh", "W-RANK"),
        ("天猫比抖音多¥190,440.45。", "zh", "W-UNMATCHED"),
        ("天猫约占五成。", "zh", "W-ATTRIBUTION"),
        ("Revenue in August 2027 was flat.", "en", "W-UNMATCHED"),
    ],
)
def test_what_does_not_hold_is_marked_with_its_reason(words: str, language: str, code: str) -> None:
    text, codes = told(words, language)
    assert codes == [code]
    assert ("未核实" if language == "zh" else "unverified") in text


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("天猫近90天销售额¥521,877.95。", "天猫近90天销售额¥742,318.40。"),
        ("中价值用户的复购率是81.2%。", "中价值用户的复购率是63.7%。"),
    ],
)
def test_another_rows_figure_is_corrected_where_the_evidence_has_the_right_one(words: str, right: str) -> None:
    assert told(words) == (right, ["W-CORRECTED"])


def test_a_refusals_own_figures_hold() -> None:
    checked = grounding.check(
        "数据从 2024-01-05 开始。", question="", evidence=[], citations=[], drafts=[], language="zh",
        refusals=["数据从 2024-01-05 到 2026-10-31。"],
    )  # fmt: skip
    assert checked.warnings == []


def test_a_figure_says_which_result_it_comes_from() -> None:
    words = "天猫近90天销售额¥742,318.40，高价值用户有2,155人，共 5 点建议。"
    found = grounding.sources(words, [BRAND["by_channel"], BRAND["overview"]])
    assert [(words[each.start : each.end], each.evidence) for each in found] == [("¥742,318.40", 0), ("2,155", 1)]
