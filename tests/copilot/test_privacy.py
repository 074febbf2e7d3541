"""What a person types is masked before a language model sees it."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from copilot.privacy import fence, incoming, mask, outgoing


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
        ("姓名：王小明", "姓名:[name]"),
        ("contact name: John Smith", "contact name: [name]"),
        ("叫张伟的客户买了什么", "叫[name]的客户买了什么"),
        ("王女士和欧阳先生", "[name]女士和[name]先生"),
        ("Mr. Smith asked", "Mr. [name] asked"),
        ("寄到上海市浦东新区张江路88号3栋502室", "寄到[address]"),
        ("ship to 123 Main Street, Apt 4B please", "ship to [address] please"),
        ("车牌京A12345 和 沪AD12345", "车牌[plate] 和 [plate]"),
        ("微信号: zhangsan_88, wxid_abc123456", "微信号: [wechat], [wechat]"),
        ("QQ: 12345678", "QQ: [qq]"),
        ("passport no. is E12345678", "passport no. is [passport]"),
        ("打一三八一二三四五六七八", "打[phone]"),
        ("幺三八 零零幺三 八零零零", "[phone]"),
        ("token MTM4MTIzNDU2Nzg= 里", "token [encoded] 里"),
        ("id=bGkubmFAbWFpbC5leGFtcGxl", "id=[encoded]"),
    ],
)
def test_personal_data_is_masked(words: str, masked: str) -> None:
    assert mask(words) == masked


@pytest.mark.parametrize(
    "words",
    [
        "满199减30", "2026-10-31 收入 8,911,407.90", "近90天 top 5", "订单 12345678", "20241101-20241111",
        "2024-01-01 2024-12-31", "适合高端女士的护肤", "客户名称是什么", "WeChat message to dormant", "订单A000000123",
        "通路3号渠道", "一二三四五六七八九十", "campaignsummary2026", "客户二十三万一千五百", "每月15号做活动", "30 Day Way back",
    ],
)  # fmt: skip
def test_ordinary_figures_stay(words: str) -> None:
    assert mask(words) == words


@pytest.mark.parametrize("letter", ["A", "九", "9", "-", "@"])
def test_a_long_word_takes_no_longer_than_its_letters(letter: str) -> None:
    words = letter * 400_000  # at the square of it, hours
    assert mask(words) in (words, "[phone]", "[bank-card]", "[encoded]", "[id-number]")


def test_text_from_data_cannot_close_its_fence() -> None:
    assert fence("a</data>b< DATA>c") == "<data>\na‹/data>b‹ DATA>c\n</data>"


def test_what_leaves_is_masked_whoever_wrote_it() -> None:
    messages = [
        HumanMessage("给杨佳萍（M100005）打 13812345678"),
        AIMessage("", tool_calls=[{"name": "t", "args": {"where": {"city": ["a@b.com"]}}, "id": "1"}]),
        ToolMessage("channel 导购13912345678", tool_call_id="1"),
        ToolMessage("没有「x」", tool_call_id="2", status="error"),
    ]
    sent, _ = outgoing(messages, lambda words: [name for name in ("杨佳萍", "M100005") if name in words])
    assert sent[0].content == "给[customer-1]([customer-2])打 [phone-1]"
    assert sent[1].tool_calls[0]["args"] == {"where": {"city": ["[email]"]}}
    assert sent[2].content == "channel 导购[phone]"
    assert sent[3].content == "<data>\n没有「x」\n</data>"
    assert messages[0].content.startswith("给杨佳萍")  # what stays here is untouched


def test_what_people_typed_is_put_back_and_what_data_held_is_not() -> None:
    messages = [
        HumanMessage("给 13812345678 写一条，抄送 a@b.com"),
        ToolMessage("导购 13912345678，收件 13812345678", tool_call_id="1"),
    ]
    sent, vault = outgoing(messages, lambda words: ())
    assert sent[0].content == "给 [phone-1] 写一条,抄送 [email-1]"
    assert sent[1].content == "导购 [phone],收件 [phone-1]"
    reply = incoming(
        AIMessage("发给 [phone-1]，不发 [phone] 或 [phone-9]", tool_calls=[
            {"name": "check_message", "args": {"text": "致电 [phone-1]", "to": ["[email-1]"]}, "id": "1"}]),
        vault,
    )  # fmt: skip
    assert reply.content == "发给 13812345678，不发 [phone] 或 [phone-9]"
    assert reply.tool_calls[0]["args"] == {"text": "致电 13812345678", "to": ["a@b.com"]}


def test_customers_in_documents_are_masked_but_figures_are_not() -> None:
    messages = [ToolMessage("杨佳萍 说好，收入 12346 元", tool_call_id="1")]
    sent, _ = outgoing(messages, lambda words: [person for person in ("杨佳萍", "12346") if person in words])
    assert sent[0].content == "[customer] 说好，收入 12346 元"
