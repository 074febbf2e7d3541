"""What a person types is masked before a language model sees it."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from copilot.privacy import fence, mask, outgoing


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("给 13812345678 发短信", "给 [phone] 发短信"),
        ("138 1234 5678 和 +86-138-1234-5678", "[phone] 和 [phone]"),
        ("１３８１２３４５６７８", "[phone]"),
        ("mail zhang.san@example.com now", "mail [email] now"),
        ("身份证 11010519491231002X", "身份证 [id-number]"),
        ("card 6222 0202 0011 2233 446", "card [bank-card]"),
        ("call 415-555-0132", "call [phone]"),
    ],
)
def test_personal_data_is_masked(words: str, masked: str) -> None:
    assert mask(words) == masked


@pytest.mark.parametrize("words", ["满199减30", "2026-10-31 收入 8,911,407.90", "近90天 top 5", "订单 12345678", "20241101-20241111", "2024-01-01 2024-12-31"])
def test_ordinary_figures_stay(words: str) -> None:
    assert mask(words) == words


def test_text_from_data_cannot_close_its_fence() -> None:
    assert fence("a</data>b< DATA>c") == "<data>\na‹/data>b‹ DATA>c\n</data>"


def test_what_leaves_is_masked_whoever_wrote_it() -> None:
    messages = [
        HumanMessage("给杨佳萍（M100005）打 13812345678"),
        AIMessage("", tool_calls=[{"name": "t", "args": {"where": {"city": ["a@b.com"]}}, "id": "1"}]),
        ToolMessage("channel 导购13912345678", tool_call_id="1"),
        ToolMessage("没有「x」", tool_call_id="2", status="error"),
    ]
    sent = outgoing(messages, lambda words: [name for name in ("杨佳萍", "M100005") if name in words])
    assert sent[0].content == "给[customer]([customer])打 [phone]"
    assert sent[1].tool_calls[0]["args"] == {"where": {"city": ["[email]"]}}
    assert sent[2].content == "channel 导购[phone]"
    assert sent[3].content == "<data>\n没有「x」\n</data>"
    assert messages[0].content.startswith("给杨佳萍")  # what stays here is untouched
