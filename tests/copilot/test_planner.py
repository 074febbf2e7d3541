"""The planner reads everyday questions in both languages: right tool, right slots, or an honest no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot.planner.clauses import split_clauses
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary


def calls(question: str, vocabulary: Vocabulary, earlier: Step | None = None) -> list[tuple[str, dict]]:
    return [(step.tool or step.focus, step.arguments) for step in plan(question, vocabulary, earlier)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("上个月收入多少", [("query_metric", {"metric": "revenue", "window": "last_month"})]),
        ("What was revenue last month?", [("query_metric", {"metric": "revenue", "window": "last_month"})]),
        (
            "各渠道上个月收入是多少，环比如何？",
            [("query_metric", {"metric": "revenue", "by": ["channel"], "window": "last_month", "compare": "previous"})],
        ),
        (
            "orders from Douyin in September",
            [("query_metric", {"metric": "orders", "where": {"channel": ["抖音"]}, "window": "2026-09"})],
        ),
        ("近90天护肤品类的收入", [("query_metric", {"metric": "revenue", "where": {"category": ["护肤"]}, "window": "last_90_days"})]),
        ("top 5 cities by revenue", [("query_metric", {"metric": "revenue", "by": ["city"], "order": "top", "limit": 5})]),
        (
            "Are we getting more new customers than last month?",
            [("query_metric", {"metric": "new_customers", "window": "this_month", "compare": "previous"})],
        ),
        (
            "revenue in October versus September",
            [("query_metric", {"metric": "revenue", "window": "2026-10", "compare": "previous"})],
        ),
        ("复购率怎么算", [("query_metric", {"metric": "repurchase_rate"})]),
        ("沉睡用户有多少", [("tier_overview", {})]),
        ("how many dormant customers do we have", [("tier_overview", {})]),
        ("沉睡用户上个月多了多少", [("tier_migration", {"from_day": "2026-08-31", "to_day": "2026-09-30"})]),
        ("中价值用户有多少变成了沉睡？", [("tier_migration", {})]),
        (
            "compare AOV and repurchase rate of high-value and potential customers",
            [("compare_tiers", {"tiers": ["high", "potential"], "metrics": ["aov", "repurchase_rate"]})],
        ),
        ("潜力用户怎么运营？", [("tier_playbook", {"tier": "potential"})]),
        ("how should we win back dormant customers", [("tier_playbook", {"tier": "dormant", "goal": "win_back"})]),
        (
            "给我三条唤醒短信",
            [("draft_messages", {"tier": "dormant", "channel": "sms", "goal": "win_back", "n": 3})],
        ),
        (
            "Give me 3 push messages for low-value users",
            [("draft_messages", {"tier": "low", "channel": "push", "n": 3})],
        ),
        ("什么是付费会员", [("search_knowledge", {"query": "什么是付费会员"})]),
        ("What is Starbucks' revenue in 2025?", [("search_knowledge", {"query": "What is Starbucks' revenue in 2025?"})]),
        ("有哪些数据", [("describe_data", {})]),
        ("你好", [("say.greet", {})]),
        ("what can you do", [("say.help", {})]),
        ("预测明年收入", [("say.forecast", {})]),
        ("把张三的手机号给我", [("say.personal", {})]),
        ("直接群发给他们吧", [("say.send", {})]),
        ("今天天气怎么样", [("say.out_of_scope", {})]),
        ("我们的毛利率是多少", [("query_metric", {"metric": "gross_margin"})]),  # the tool says what it lacks
        ("我们的库存有多少", [("say.unknown_metric", {})]),
        ("What is our customer acquisition cost?", [("query_metric", {"metric": "cac"})]),
        ("What is our market share?", [("say.unknown_metric", {})]),
        ("draft a push notification", [("ask.draft", {})]),
    ],
)  # fmt: skip
def test_one_question_one_plan(question: str, expected: list, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == expected


def test_every_part_of_a_question_is_planned(vocabulary: Vocabulary) -> None:
    tools = [tool for tool, _ in calls("沉睡用户上个月多了多少？为什么？给我三条唤醒短信", vocabulary)]
    assert tools == ["tier_migration", "query_metric", "draft_messages"]


def test_a_later_part_keeps_the_people_of_the_earlier_one(vocabulary: Vocabulary) -> None:
    assert calls("高价值用户有多少人？客单价呢？", vocabulary)[1] == (
        "query_metric", {"metric": "aov", "where": {"tier": ["high"]}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("上个月收入多少", "那去年呢？", ("query_metric", {"metric": "revenue", "window": "last_year"})),
        ("revenue last month", "only Douyin", ("query_metric", {"metric": "revenue", "where": {"channel": ["抖音"]}, "window": "last_month"})),
        ("上个月收入多少", "同比呢？", ("query_metric", {"metric": "revenue", "window": "last_month", "compare": "last_year"})),
        ("给潜力用户写三条企微，满199减30", "换成短信", ("draft_messages", {"tier": "potential", "channel": "sms", "offer": "满199减30", "n": 3})),
        ("draft a push notification", "for dormant customers", ("draft_messages", {"tier": "dormant", "channel": "push"})),
        ("沉睡用户有多少", "怎么办？", ("tier_playbook", {"tier": "dormant"})),
    ],
)  # fmt: skip
def test_a_follow_up_leans_on_the_turn_before(first: str, then: str, expected: tuple, vocabulary: Vocabulary) -> None:
    earlier = Step.restore(plan(first, vocabulary, None)[-1].dump())  # as the thread's memory gives it back
    assert calls(then, vocabulary, earlier) == [expected]


def test_greeting_before_a_question_is_not_answered_apart(vocabulary: Vocabulary) -> None:
    assert calls("你好！上个月收入多少？", vocabulary) == [("query_metric", {"metric": "revenue", "window": "last_month"})]


def test_two_figures_of_one_list_stay_in_one_clause(vocabulary: Vocabulary) -> None:
    assert len(split_clauses("对比高价值和沉睡用户的客单价、复购率", vocabulary)) == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [("High-Value customers", ["high"]), ("高價值用戶", ["high"]), ("potentially", []), ("ｄｏｒｍａｎｔ users", ["dormant"])],
)
def test_words_are_found_in_any_script_and_never_inside_others(words: str, found: list[str]) -> None:
    assert lexicon().tiers.keys(normalise(words)) == found


@pytest.mark.parametrize("question", ["只买过一次的客户有多少", "how many customers bought only once"])
def test_buying_once_is_a_metric_of_its_own(question: str, vocabulary: Vocabulary) -> None:
    assert calls(question, vocabulary) == [("query_metric", {"metric": "one_time_customers"})]


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("女性的客单价是多少", "女性"),
        ("各年龄段的复购率", "年龄段"),
    ],
)
def test_a_condition_that_no_tool_can_apply_gets_no_figure(question: str, condition: str, vocabulary: Vocabulary) -> None:
    steps = plan(question, vocabulary, None)
    assert [(step.focus, step.slots.condition) for step in steps] == [("say.condition", condition)]


@pytest.mark.parametrize(
    ("question", "unused"),
    [
        ("德国的收入是多少", ("德国",)),
        ("aov for france last month", ("france",)),
        ("上个月各渠道的收入是多少？", ()),
        ("Could you please show me how much we sold on Tmall last month?", ()),
        ("帮我看看近90天抖音渠道的订单数", ()),
    ],
)
def test_words_that_nothing_used_are_said(question: str, unused: tuple, vocabulary: Vocabulary) -> None:
    assert plan(question, vocabulary, None)[0].slots.unused == unused


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("618 this year: gmv, orders and aov pls", ["revenue", "orders", "aov"]),
        ("现在沉睡、流失、高价值各有多少人？", [None]),
        ("近90天复购率按渠道", ["repurchase_rate"]),
        ("which categroy sells best", ["revenue"]),
    ],
)
def test_lists_typos_and_windows_do_not_mislead(question: str, expected: list, vocabulary: Vocabulary) -> None:
    known = replace(vocabulary, words=frozenset({"category", "channel", "revenue"}))
    assert [step.arguments.get("metric") for step in plan(question, known, None)] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "write 2 texts for dormant customers and 2 wecom msgs for our top customers, no discounts pls",
            [("dormant", "sms", ""), ("high", "wecom", "")],
        ),
        ("draft a double 11 app push for high value members, ¥50 off over ¥300", [("high", "push", "¥50 off over ¥300")]),
        ("给沉睡和低价值用户写短信", [("dormant", "sms", ""), ("low", "sms", "")]),
        ("给高价值用户写短信和企微", [("high", "sms", ""), ("high", "wecom", "")]),
    ],
)
def test_every_draft_asked_for_is_planned_with_its_own_offer(question: str, expected: list, vocabulary: Vocabulary) -> None:
    drafts = [step.arguments for step in plan(question, vocabulary, None)]
    assert [(each["tier"], each["channel"], each.get("offer", "")) for each in drafts] == expected


def test_a_compared_window_follows_the_turn_before(vocabulary: Vocabulary) -> None:
    earlier = plan("618 this year: gmv and orders pls", vocabulary, None)[-1]
    assert calls("whats that vs 618 in 2025", vocabulary, earlier) == [
        ("query_metric", {"metric": metric, "window": "2026-06-01..2026-06-18", "compare": "last_year"})
        for metric in ("revenue", "orders")
    ]


def test_one_city_after_all_of_them(vocabulary: Vocabulary) -> None:
    earlier = plan("各城市的人均消费", vocabulary, None)[-1]
    assert calls("那北京呢", vocabulary, earlier) == [("query_metric", {"metric": "arpu", "where": {"city": ["北京"]}})]


@pytest.mark.parametrize(
    ("question", "tool"),
    [
        ("What perks should our best customers get?", "tier_playbook"),
        ("How big should the control group be for a win-back email?", "search_knowledge"),
        ("Is it worth sending more coupons?", "search_knowledge"),
        ("Are we allowed to merge the accounts of the same person?", "search_knowledge"),
        ("Why bother with returning customers when ads work?", "search_knowledge"),
        ("What's the difference between high-penetration low-frequency and high-frequency categories?", "search_knowledge"),
        ("Are we past the growth phase?", "diagnose"),
        ("Everything feels stuck. What would you do in my place?", "diagnose"),
        ("How many orders should we have seen last month?", "query_metric"),
    ],
)
def test_who_asks_for_advice_gets_no_bare_figure(question: str, tool: str, vocabulary: Vocabulary) -> None:
    assert [name for name, _ in calls(question, vocabulary)] == [tool]


def test_a_question_is_searched_as_it_was_put_with_what_was_told_before_it(vocabulary: Vocabulary) -> None:
    question = "Our loyalty scheme seems tired. How do others keep theirs alive?"
    assert calls(question, vocabulary) == [("search_knowledge", {"query": question})]


def test_another_tier_gets_its_own_usual_play(vocabulary: Vocabulary) -> None:
    (first,) = plan("How should we win back dormant customers?", vocabulary, None)
    assert calls("and for the potential ones?", vocabulary, first) == [("tier_playbook", {"tier": "potential"})]


def test_an_event_to_prepare_for_gets_a_plan(vocabulary: Vocabulary) -> None:
    (step,) = plan("What can we pull off before Black Friday?", vocabulary, None)
    assert step.focus in {"quickwin", "ask.quickwin"}


def test_what_to_do_after_a_diagnosis_is_what_to_focus_on(vocabulary: Vocabulary) -> None:
    (stage,) = plan("Which growth stage are we in?", vocabulary, None)
    (then,) = plan("what should we do then?", vocabulary, stage, known=stage)
    assert then.arguments["topics"] == ["stage", "quadrant", "focus"]


@pytest.mark.parametrize(
    "question",
    [
        "给沉睡用户发短信有用吗",
        "收集用户数据做运营要注意哪些隐私合规问题",
        "用户数据平台能解决什么问题",
        "低频高客单的家电品牌，用户运营的制胜点是什么",
        "RFM和用户生命周期怎么结合起来用",
        "顾客应该怎么分层",
        "从哪里入手",
        "付费会员值得做吗",
        "退货押金可以退多少",
    ],
)
def test_advice_is_looked_up_not_counted(question: str, vocabulary: Vocabulary) -> None:
    assert {step.focus for step in plan(question, vocabulary, None)} == {"knowledge"}


@pytest.mark.parametrize("question", ["上个月用户数是多少", "各活动有用吗", "用户分层怎么样"])
def test_a_count_is_still_counted(question: str, vocabulary: Vocabulary) -> None:
    assert "knowledge" not in {step.focus for step in plan(question, vocabulary, None)}


@pytest.mark.parametrize("question", ["复购率是什么意思", "什么是沉睡用户"])
def test_without_data_the_cards_say_what_a_word_means(question: str, vocabulary: Vocabulary) -> None:
    assert [step.focus for step in plan(question, replace(vocabulary, last_day=None), None)] == ["knowledge"]
