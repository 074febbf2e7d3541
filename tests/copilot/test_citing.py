"""A cited sentence needs its passage: figures, words or, across languages, meaning."""

from __future__ import annotations

import pytest

from copilot import citing, grounding
from copilot.answer import Citation
from knowledge.embedding import SentenceEncoder

FEE = Citation(
    id="fee#1", title="付费会员", source="某报告，2020",
    quote="用户先付年费，换取长期的价格与服务优势。2019 财年会员 9,430 万，续费率 87%。", evidence_grade="company report",
)  # fmt: skip
RECALL = Citation(
    id="recall#2", title="Dormant customers", source="Some report, 2020",
    quote="Send a reminder first, then a dated benefit; stop when nothing comes back. Measure the cost per recall.",
)  # fmt: skip
ENCODER = SentenceEncoder()


def check(words: str, said: str = "") -> list[str]:
    known = grounding.Known([said], [], [], [])
    found = citing.check(words, citations=[FEE, RECALL], known=known, embed=ENCODER.embed, language="zh")
    assert found.text.count("（引文未支持）") == len(found.warnings)
    return [warning.code for warning in found.warnings]


@pytest.mark.parametrize(
    "words",
    [
        "用户先付年费，换取长期的价格与服务优势。[fee#1]",
        "会员先交年费，来换价格和服务上的优势 [fee#1]。",
        "**付费会员** [fee#1]\n\n没有引用的句子不归它管，哪怕说天气。",
        "Customers pay a yearly fee up front for lasting price and service advantages. [fee#1]",
        "沉睡用户先发提醒，再给限期权益，没有回应就停。[recall#2]",
        "会员约 9430 万，续费率 87%。[fee#1]",
        "两份资料都讲了。[fee#1] [recall#2]",
        "Measure what each recall costs [recall#2].",
    ],
)
def test_supported_sentences_pass(words):
    assert check(words) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("续费率高达 92%。[fee#1]", "W-CITED-FIGURE"),
        ("续费率是 87%，这一点没有争议。[recall#2]", "W-CITED-FIGURE"),
        ("应当在抖音直播间雇用明星主播冲销量。[fee#1]", "W-CITED-UNSUPPORTED"),
        ("The warehouse should be moved closer to the harbour before winter. [recall#2]", "W-CITED-UNSUPPORTED"),
        ("明天上海有大雨，出门请带伞。[recall#2]", "W-CITED-UNSUPPORTED"),
        ("会员先交年费，换取优惠。[fee#9]", "W-CITED-UNKNOWN"),
    ],
)
def test_unsupported_sentences_are_marked_and_listed(words, code):
    assert check(words) == [code]


def test_a_figure_may_come_from_the_turn_itself():
    assert check("满 199 元的门槛之外，会员先付年费换取长期的价格优势。[fee#1]", said="满 199 元值不值") == []


def test_markers_that_are_no_passages_are_left_alone():
    assert check("见 [链接] 与 [1]，天气不错。") == []
