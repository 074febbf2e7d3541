"""What a person types is masked before a language model sees it."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from copilot.privacy import fence, incoming, mask, outgoing, without_people


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
        ("姓名：王小明", "姓名：[name]"),
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


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("给王小明 13800138000 发一条短信", "给[name] [phone] 发一条短信"),
        ("tell Wang Xiaoming, 13800138000, that", "tell [name], [phone], that"),
        ("王小明的电话是多少", "[name]的电话是多少"),
        ("Emma Clarke emma@x.com", "[name] [email]"),
        ("email emma clarke, emma.clarke@x.com", "email [name], [email]"),
        ("ask Emma (emma.k@x.com)", "ask [name] ([email])"),
        ("What is Emma Clarke's phone number?", "What is [name]'s phone number?"),
        ("wang xiaoming 13800138000", "[name] [phone]"),
        ("陳小明13800138000", "[name][phone]"),
        ("李娜 13800138000", "[name] [phone]"),
        ("小王 138 0013 8000，李总 13900139000", "[name] [phone]，[name]总 [phone]"),
        ("阿迪力·买买提，13800138000", "[name]，[phone]"),
        ("那位吕鹏晨打来了，13800138000", "那位[name]打来了，[phone]"),
        ("会员王小明emma@x.com", "会员[name][email]"),
        ("1. 王小明 13800138000\n2. 李雷 13900139000", "1. [name] [phone]\n2. [name] [phone]"),
    ],
)
def test_a_name_beside_personal_data_is_masked(words: str, masked: str) -> None:
    assert mask(words) == masked


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("王小明上次买了什么", "王小明上次买了什么"),
        ("华东仓 021-65432100", "华东仓 [phone]"),
        ("王小明负责的客服 400-820-8820", "王小明负责的客服 [phone]"),
        ("潜力用户 13800138000", "潜力用户 [phone]"),
        ("温州店 13800138000，全部发到 a@b.com", "温州店 [phone]，全部发到 [email]"),
        ("周五前联系 13800138000", "周五前联系 [phone]"),
        ("毛巾已补发，请打 13800138000", "毛巾已补发，请打 [phone]"),
        ("客户的电话和会员的手机号", "客户的电话和会员的手机号"),
        ("Tmall Flagship Store 13800138000", "Tmall Flagship Store [phone]"),
        ("Silk Repair Mask, 13800138000", "Silk Repair Mask, [phone]"),
        ("Black Friday list to sales@x.com", "Black Friday list to [email]"),
        ("王小明\n13800138000", "王小明\n[phone]"),
        ("the customer's phone", "the customer's phone"),
    ],
)
def test_other_words_beside_personal_data_stay(words: str, masked: str) -> None:
    assert mask(words) == masked


def test_thousands_of_names_take_no_longer_than_their_letters() -> None:
    words = "王小明13800138000，" * 5000  # at the square of it, minutes
    assert mask(words) == "[name][phone]，" * 5000


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
    assert sent[0].content == "给[customer-1]（[customer-2]）打 [phone-1]"
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
    assert sent[0].content == "给 [phone-1] 写一条，抄送 [email-1]"
    assert sent[1].content == "导购 [phone]，收件 [phone-1]"
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


def test_what_was_typed_comes_back_as_it_was_typed() -> None:
    typed = "“王小明”，手机１３８００１３８０００；满１９９减３０。\\u0041"
    sent, vault = outgoing([HumanMessage(typed)], lambda words: ())
    assert sent[0].content == "“[name-1]”，手机[phone-1]；满１９９减３０。\\u0041"
    assert incoming(AIMessage(sent[0].content), vault).content == typed
    assert mask("ﬁne\u200b，给王\u200b小明 １３８00138000 发短信") == "ﬁne\u200b，给[name] [phone] 发短信"
    assert mask("微信号： zhang_san88\u200b，ﬁne") == "微信号： [wechat]\u200b，ﬁne"


def test_a_name_once_known_is_masked_in_every_turn() -> None:
    messages = [HumanMessage("王小明 13800138000"), AIMessage("王小明来了"), HumanMessage("王小明上次买了什么"),
                ToolMessage("导购李雷 13800138000，国王", tool_call_id="1"), HumanMessage("王女士呢")]  # fmt: skip
    sent, vault = outgoing(messages, lambda words: ())
    assert [message.content for message in sent] == [
        "[name-1] [phone-1]", "[name-1]来了", "[name-1]上次买了什么", "导购[name] [phone-1]，国王", "[name-2]女士呢"
    ]  # fmt: skip
    assert incoming(AIMessage("[name-1]"), vault).content == "王小明"


def test_nothing_inside_a_stand_in_is_a_person() -> None:
    messages = [HumanMessage("微信号：wechat，会员 M100005、[emma]，13800138000")]
    sent, vault = outgoing(messages, lambda words: ["M100005", "phone", "emma"])
    assert sent[0].content == "微信号：[wechat-1]，会员 [customer-1]、[[customer-2]]，[phone-1]"
    assert incoming(AIMessage(sent[0].content), vault).content == messages[0].content


def test_a_member_number_is_found_however_wide() -> None:
    sent, _ = outgoing([HumanMessage("Ｍ１０００５买了什么")], lambda words: ["M10005"] if "M10005" in words else [])
    assert sent[0].content == "[customer-1]买了什么"


def test_no_part_of_a_word_is_a_person() -> None:
    assert without_people("M10005 和 M100051，Ann 和 Annual", lambda words: ["M10005", "Ann"]) == (
        "[customer] 和 M100051，[customer] 和 Annual"
    )
