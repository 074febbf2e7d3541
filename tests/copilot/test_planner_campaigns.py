"""Without a language model: a pasted message is checked, a campaign proposed, a draft changed; near misses are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.bootstrap import open_copilot
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary
from copilot.settings import Settings

CHECKED, CAMPAIGN, REVISED = "check_message", "propose_campaign", "revise_draft"
LATEST = {"campaign": "latest", "submit": True}


def calls(question: str, vocabulary: Vocabulary, earlier: Step | None = None) -> list[tuple[str, dict]]:
    return [(step.tool or step.focus, step.arguments) for step in plan(question, vocabulary, earlier)]


def tools(question: str, vocabulary: Vocabulary, earlier: Step | None = None) -> set[str]:
    return {step.tool for step in plan(question, vocabulary, earlier)}


@pytest.fixture
def drafted(vocabulary: Vocabulary) -> Step:
    """Three drafts just written, as the thread's memory gives them back."""
    (step,) = plan("给沉睡用户写三条短信", vocabulary, None)
    return Step.restore(replace(step, held=("one", "two", "three")).dump())


@pytest.mark.parametrize(
    ("question", "message", "named"),
    [
        ("帮我检查一下这条短信：【悦购】全场最低价，上个月收入多少？", "【悦购】全场最低价，上个月收入多少？", {"channel": "sms"}),
        ("看看这条能不能发：【悦购】新品 9 折", "【悦购】新品 9 折", {}),
        ("这条合规吗：国家级品质", "国家级品质", {}),
        ("审一下：全网第一的面霜", "全网第一的面霜", {}),
        ("有没有违规词：最好用的面霜", "最好用的面霜", {}),
        ("检查一下这条推送：给潜力用户做一个活动，提交审核", "给潜力用户做一个活动，提交审核", {"channel": "push"}),
        ("帮我审核一下这条企微文案：姐妹们，上新了", "姐妹们，上新了", {"channel": "wecom"}),
        ("帮我检查这条短信，看看能不能发：\n【悦购】夏装到店\n拒收请回复R", "【悦购】夏装到店\n拒收请回复R", {"channel": "sms"}),
        ("这条推送能发吗？【悦购】你好", "【悦购】你好", {"channel": "push"}),
        ("“全网最低价”合规吗", "全网最低价", {}),
        ("【悦购】夏装到店，满199减30。这条能发吗？", "【悦购】夏装到店，满199减30。", {}),
        ("检查一条通知短信：您的订单已发货", "您的订单已发货", {"channel": "sms", "kind": "notice"}),
        ("帮我把这条弹窗审核一下：立即领取", "立即领取", {"channel": "banner"}),
        ("这封邮件合不合规：\n标题：618来了\n正文：满199减30", "满199减30", {"channel": "email", "title": "618来了"}),
        ("檢查這條短信：你好呀", "你好呀", {"channel": "sms"}),
        ("check this text: Best price ever: call us", "Best price ever: call us", {"channel": "sms"}),
        ("Check this SMS: remember the lesson that discounts work", "remember the lesson that discounts work", {"channel": "sms"}),
        ("Please check this push: Hi there", "Hi there", {"channel": "push"}),
        ("could you review this e-mail: “Free for all”", "Free for all", {"channel": "email"}),
        ("check this WeCom message: what was revenue last month?", "what was revenue last month?", {"channel": "wecom"}),
        ("is this compliant: 100% cure", "100% cure", {}),
        ("Is this compliant? YueGou: New linen is in", "YueGou: New linen is in", {}),
        ("can I send this: hello there", "hello there", {}),
        ("does this break any rule: No. 1 in China", "No. 1 in China", {}),
        ("\"Guaranteed results\" - can I send this?", "Guaranteed results", {}),
        ("Check whether this is compliant: the cheapest ever", "the cheapest ever", {}),
        ("Check this order notice: your parcel is on its way", "your parcel is on its way", {"kind": "notice"}),
        ("Please proofread this banner copy: Win now", "Win now", {"channel": "banner"}),
        ("check this push notification: New in today", "New in today", {"channel": "push"}),
    ],
)  # fmt: skip
def test_a_message_is_checked_word_for_word(question: str, message: str, named: dict, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [(CHECKED, {"message": message} | named)]


@pytest.mark.parametrize(
    "question",
    [
        "检查一下数据", "数据体检", "check the data health", "看看数据：最近有没有问题", "帮我看看：上个月收入是多少？", "发短信合规吗",
        "客户数据怎么用才合规", "这个活动有没有问题", "查一下短信打开率", "这些人能发短信吗", "check push open rate by month",
        "can we text dormant customers?", "is it legal to merge accounts?", "给沉睡用户写三条短信：满199减30", "check revenue last month",
    ],
)  # fmt: skip
def test_other_checks_are_no_check_of_a_message(question: str, vocabulary: Vocabulary) -> None:
    assert not tools(question, vocabulary) & {CHECKED, CAMPAIGN, REVISED}
    assert calls(question, vocabulary)[0][0] != "ask.check"


@pytest.mark.parametrize("asked", ["帮我检查一下这条短信", "can we send this text message?", "这条短信能发吗"])
def test_a_message_that_is_not_there_is_asked_for(asked: str, vocabulary: Vocabulary) -> None:
    (ask,) = plan(asked, vocabulary, None)
    assert (ask.focus, ask.tool) == ("ask.check", "")
    message = "【悦购】给沉睡用户写三条短信，拒收请回复R"
    assert calls(message, vocabulary, ask) == [(CHECKED, {"message": message, "channel": "sms"})]
    assert tools("上个月收入多少？", vocabulary, ask) == {"query_metric"}


def test_the_same_message_is_checked_for_another_channel(vocabulary: Vocabulary) -> None:
    (before,) = plan("这条合规吗：国家级品质", vocabulary, None)
    assert calls("按推送呢", vocabulary, before) == [(CHECKED, {"message": "国家级品质", "channel": "push"})]
    assert tools("上个月收入多少", vocabulary, before) == {"query_metric"}


@pytest.mark.parametrize(
    "question",
    [
        "给潜力用户做一个二单转化活动，满199减30，企微加短信", "给沉睡用户策划一场召回活动", "针对低价值用户搞个凑单活动",
        "帮我策划一个双11活动", "请给沉睡用户做活动，20元券，短信", "能帮我给沉睡用户建一个唤醒活动吗？",
        "我想给中价值用户做个复购活动，先不提交", "给提交订单没付款的客户做一个提醒活动", "做一个沉睡召回活动，写三条短信",
        "run a campaign for dormant customers: 20% off by SMS", "set up a win-back campaign for dormant customers",
        "Plan a campaign for potential customers, $10 off, by SMS and push", "we need a campaign for low-value customers",
        "can you set up a Member Day campaign for high-value customers?", "plan the Double 11 campaign for our best customers",
        "I want to run a repurchase campaign for mid-value customers, do not submit it yet",
    ],
)  # fmt: skip
def test_a_campaign_is_proposed_from_the_whole_sentence(question: str, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [(CAMPAIGN, {"words": question})]


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("为高价值会员建一个会员日活动，提交审核", {"words": "为高价值会员建一个会员日活动，提交审核", "submit": True}),
        ("set up a campaign for dormant customers and submit it",
         {"words": "set up a campaign for dormant customers and submit it", "submit": True}),
        ("提交审核", LATEST),
        ("送审", LATEST),
        ("把它提交审核吧", LATEST),
        ("submit for review", LATEST),
        ("Submit it for review, please", LATEST),
        ("把 campaign-3 提交审核", {"campaign": "campaign-3", "submit": True}),
        ("提交审核 campaign-4", {"campaign": "campaign-4", "submit": True}),
        ("submit campaign-3", {"campaign": "campaign-3", "submit": True}),
        ("please submit campaign 12 for approval", {"campaign": "campaign-12", "submit": True}),
    ],
)  # fmt: skip
def test_a_campaign_goes_to_review(question: str, arguments: dict, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [(CAMPAIGN, arguments)]


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("下周五到周日，企微加短信", {"words": "下周五到周日，企微加短信"}),
        ("把门槛改成满299", {"words": "把门槛改成满299"}),
        ("口吻活泼一点", {"words": "口吻活泼一点"}),
        ("短一点", {"words": "短一点"}),
        ("短信短一点", {"words": "短信短一点"}),
        ("make the SMS shorter", {"words": "make the SMS shorter"}),
        ("再加上推送，提交审核，理由：老客都认识", {"words": "再加上推送", "submit": True, "note": "老客都认识"}),
        ("提交审核，理由：老客都认识。", {"submit": True, "note": "老客都认识"}),
        ("submit it for review, because they know us", {"submit": True, "note": "they know us"}),
        ("make the threshold 299, by SMS", {"words": "make the threshold 299, by SMS"}),
    ],
)  # fmt: skip
def test_the_campaign_before_is_completed_and_changed(question: str, arguments: dict, vocabulary: Vocabulary) -> None:
    made = Step("campaign", "propose_campaign", {"words": "x", "campaign": "campaign-7"})
    (step,) = plan(question, vocabulary, made, made=made)
    assert (step.tool, step.arguments) == (CAMPAIGN, {"campaign": "campaign-7"} | arguments)


@pytest.mark.parametrize(
    "question", ["短信打开率", "给沉睡用户写三条短信", "那潜力用户呢", "潜力用户有多少人", "谢谢", "11月的收入", "满199减30的活动效果", "what about SMS?"]
)
def test_other_words_after_a_campaign_change_none(question: str, vocabulary: Vocabulary) -> None:
    made = Step("campaign", "propose_campaign", {"words": "x", "campaign": "campaign-7"})
    assert CAMPAIGN not in {step.tool for step in plan(question, vocabulary, made, made=made)}


@pytest.mark.parametrize("said", ["批准它", "批准 campaign-3", "导出", "发出去", "approve it", "export it", "send it now", "launch campaign-2"])
def test_what_only_a_person_does_is_said(said: str, vocabulary: Vocabulary) -> None:
    assert calls(said, vocabulary) == [("say.send", {})]


@pytest.mark.parametrize(
    "question",
    [
        "做个活动复盘", "活动效果怎么样", "给沉睡用户做的活动效果怎么样", "给潜力用户做什么活动好", "给沉睡用户做活动有用吗", "怎么给沉睡用户做活动",
        "给潜力用户写一条活动短信", "上个月有几个活动", "做个双11快赢计划", "plan Double 11", "what can we do before Double 11?",
        "which campaign worked best?", "should we run a campaign for dormant customers?", "run a campaign review",
        "draft a campaign message for dormant customers", "把这条经验提交", "记下这条经验：给沉睡用户做一个活动要留对照组",
        "提交了多少订单", "how many orders were submitted last month?", "submit it", "对比两次活动",
    ],
)  # fmt: skip
def test_other_words_of_campaigns_propose_none(question: str, vocabulary: Vocabulary) -> None:
    assert CAMPAIGN not in tools(question, vocabulary)


@pytest.mark.parametrize(
    "wish",
    [
        "更活泼一点", "短一点", "再短一点", "加上会员日", "别提折扣", "更正式", "换个角度", "换个说法", "从服务角度写", "去掉称呼", "别用表情",
        "把“你好”改成“亲”", "shorter, no emoji", "make it livelier", "more formal", "another angle", "no discount", "add Member Day",
        "change “hi” to “hello”", "reword it", "too long", "make it friendlier", "without the discount",
    ],
)  # fmt: skip
def test_a_wish_changes_the_last_draft_of_the_thread(wish: str, drafted: Step, vocabulary: Vocabulary) -> None:
    assert calls(wish, vocabulary, drafted) == [(REVISED, {"wish": wish, "draft": "three"})]


@pytest.mark.parametrize(
    ("wish", "arguments"),
    [
        ("第二条短一点", {"wish": "短一点", "draft": "two"}),
        ("make the first one shorter", {"wish": "make it shorter", "draft": "one"}),
        ("the third one: more formal", {"wish": "more formal", "draft": "three"}),
        ("不错，更正式一点", {"wish": "更正式一点", "draft": "three"}),
    ],
)
def test_a_draft_is_named_by_its_place(wish: str, arguments: dict, drafted: Step, vocabulary: Vocabulary) -> None:
    assert calls(wish, vocabulary, drafted) == [(REVISED, arguments)]


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("换成企微", {"channel": "wecom"}), ("换成英文", {"language": "en"}), ("in English", {"language": "en"}),
        ("make it push instead", {"channel": "push"}), ("加上满199减30", {"offer": "满199减30"}), ("那潜力用户呢", {"tier": "potential"}),
    ],
)  # fmt: skip
def test_another_channel_language_offer_or_tier_is_drafted_anew(
    said: str, changed: dict, drafted: Step, vocabulary: Vocabulary
) -> None:
    expected = [("draft_messages", {"tier": "dormant", "channel": "sms", "n": 3} | changed)]
    assert calls(said, vocabulary, drafted) == expected
    (revised,) = plan("更活泼一点", vocabulary, drafted)
    assert calls(said, vocabulary, revised) == expected


@pytest.mark.parametrize("said", ["谢谢", "no thanks", "不用了，谢谢", "上个月收入多少", "沉睡用户有多少人", "why?", "不对", "提交审核"])
def test_other_words_after_drafts_change_none(said: str, drafted: Step, vocabulary: Vocabulary) -> None:
    assert REVISED not in tools(said, vocabulary, drafted)


@pytest.mark.parametrize("wish", ["更活泼一点", "shorter, no emoji", "加上会员日", "别提折扣", "换成英文", "第一条短一点"])
def test_without_drafts_it_is_said_what_to_do(wish: str, vocabulary: Vocabulary) -> None:
    assert calls(wish, vocabulary) == [("say.no_draft", {})]


@pytest.mark.anyio
async def test_a_check_is_answered_with_its_findings(settings: Settings) -> None:
    async with open_copilot(settings) as copilot:
        answer = await copilot.ask("看看这条能不能发：【悦购】全网最低价，今晚开抢")
        again = await copilot.ask("按推送呢", thread=answer.thread)
    assert "L2" in answer.text
    assert "按短信的规则检查" in answer.text
    assert [call.arguments["channel"] for call in again.tool_calls] == ["push"]
    assert (answer.warnings, again.warnings) == ([], [])


@pytest.mark.anyio
async def test_a_campaign_is_proposed_in_the_chat_and_approved_by_nobody(settings: Settings) -> None:
    async with open_copilot(settings) as copilot:
        made = await copilot.ask("给潜力用户做一个二单转化活动，满199减30，短信")
        sent = await copilot.ask("批准它", thread=made.thread)
        state = [campaign["state"] for campaign in _campaigns(copilot)]
    assert "`campaign-1`" in made.text
    assert "满199减30" in made.text
    assert "必填" in made.text
    assert made.warnings == []
    assert "「活动」页" in sent.text
    assert state == ["draft"]


def _campaigns(copilot) -> list[dict]:  # noqa: ANN001
    from copilot.campaigns.desk import CampaignDesk

    return [each.model_dump() for each in CampaignDesk(copilot.workspace, "page").all()]


@pytest.mark.anyio
async def test_drafts_are_changed_by_talking(settings: Settings) -> None:
    async with open_copilot(settings) as copilot:
        first = await copilot.ask("给沉睡用户写三条短信")
        second = await copilot.ask("第一条短一点", thread=first.thread)
        third = await copilot.ask("更活泼一点", thread=first.thread)
    assert second.drafts[0].parent == first.drafts[0].id
    assert len(second.drafts[0].body) < len(first.drafts[0].body)
    assert third.drafts[0].parent == second.drafts[0].id  # what was changed last
    assert (second.warnings, third.warnings) == ([], [])
