"""What people mean by everyday words: metrics said in several words, campaigns by what they were, tiers in a list."""

from __future__ import annotations

from datetime import date

import pytest

from copilot.planner.ahead import as_comparison
from copilot.planner.checking import checking
from copilot.planner.matching import normalise
from copilot.planner.nicknames import by_name
from copilot.planner.phrased import _phrases, phrased
from copilot.planner.steps import plan
from copilot.planner.tiernames import with_tiers_named
from copilot.planner.vocabulary import Vocabulary
from tools import catalog
from tools.campaign_tests import Campaign


def _campaign(name: str, channel: str, tier: str, first: str, last: str) -> Campaign:
    first_day, last_day = date.fromisoformat(first), date.fromisoformat(last)
    return Campaign(
        id=name, name=name, channel=channel, tier=tier, first_day=first_day, last_day=last_day, treated=9, holdout=1
    )


CAMPAIGNS = (
    _campaign("沉睡会员唤醒短信", "sms", "dormant", "2025-12-30", "2026-01-12"),
    _campaign("会员周期购提醒", "push", "mid", "2026-07-07", "2026-07-20"),
    _campaign("沉睡会员企微回访", "wecom", "dormant", "2026-08-04", "2026-08-17"),
    _campaign("高价值会员高频短信", "sms", "high", "2026-06-03", "2026-06-16"),
)


def test_every_phrase_names_a_metric_of_the_catalogue_and_most_metrics_have_one():
    known, said = set(catalog.metrics()), {phrase.metric for phrase in _phrases()}
    assert said <= known
    assert len(said) > 0.7 * len(known)


@pytest.mark.parametrize(
    ("words", "metric"),
    [
        ("今年弄来一个新客平均砸了多少钱", "cac"),
        ("what does it cost us to get a new customer", "cac"),
        ("加了购物车最后没买的比例", "cart_abandonment_rate"),
        ("how many baskets were left behind", "cart_abandonment_rate"),
        ("最近7天有多少人来逛过", "visitors"),
        ("沉睡的人又回来买了", "reactivated_customers"),
        ("how many customers fell asleep on us", "churned_customers"),
        ("what did the average customer spend with us", "arpu"),
        ("一单大概花多少钱", "aov"),
        ("how many orders does the average buyer place", "purchase_frequency"),
        ("how much money went back to customers", "refund_amount"),
        ("which campaign made the most extra money vs the holdout", "incremental_revenue"),
        ("how deep are we discounting", "discount_rate"),
        ("头部两成的人贡献了几成的钱", "top20_revenue_share"),
        ("有没有哪次活动其实是帮倒忙的", "conversion_lift"),
        ("发一条短信成本多少", "cost_per_send"),
    ],
)
def test_a_metric_is_heard_in_several_words(words, metric):
    assert {part.key for part in phrased(normalise(words))} == {metric}


def test_what_stands_in_a_gap_is_not_taken_by_the_phrase():
    words = "how much did loyal customers from tmall spend each"
    taken = "".join(words[part.start : part.end] for part in phrased(words))
    assert "arpu" in {part.key for part in phrased(words)}
    assert "loyal" not in taken
    assert "tmall" not in taken


def test_of_two_phrases_that_overlap_the_longer_counts():
    words = "新人里头到现在有几成又回来买了"
    assert {part.key for part in phrased(words)} == {"second_order_rate"}


def test_a_longer_name_of_the_catalogue_wins_over_a_phrase(vocabulary: Vocabulary):
    (step,) = plan("how many customers bought only once this year", vocabulary, None)
    assert step.arguments["metric"] == "one_time_customers"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("did the dormant wecom outreach in august do anything", "did the 沉睡会员企微回访 do anything"),
        ("did the august win-back actually work?", "did the 沉睡会员企微回访 actually work?"),
        ("8月叫醒沉睡的企微那次，花了多少", "沉睡会员企微回访，花了多少"),
        ("沉睡会员企微回访那次发了多少人", "沉睡会员企微回访发了多少人"),
        ("how did the mid-tier push in july convert", "how did the 会员周期购提醒 convert"),
    ],
)
def test_a_campaign_is_known_by_what_it_was(question, named):
    assert by_name(question, CAMPAIGNS) == named


@pytest.mark.parametrize(
    "question",
    [
        "沉睡用户那次活动效果怎么样",  # two campaigns were for them
        "the campaign to potential customers in march",  # none was
        "how many people did we message in august",
        "给沉睡用户写三条短信",
        "revenue of dormant customers in august",
    ],
)
def test_words_that_fit_no_single_campaign_stay(question):
    assert by_name(question, CAMPAIGNS) == question


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("aov of high, mid and low value customers", "aov of high-value, mid-value and low-value customers"),
        ("mid and low tiers this year", "mid-value and low-value customers this year"),
        ("高中低价值各多少人", "高价值、中价值、低价值各多少人"),
        ("high and low season", "high and low season"),
    ],
)
def test_tiers_that_share_a_word_are_written_out(question, named):
    assert with_tiers_named(question) == named


@pytest.mark.parametrize(
    ("question", "window"),
    [
        ("上周六卖了多少", "2026-10-24"),
        ("revenue last saturday", "2026-10-24"),
        ("revenue last friday", "2026-10-30"),
        ("本周三卖了多少", "2026-10-28"),
        ("上周一共卖了多少", "last_week"),
    ],
)
def test_a_day_of_a_week_is_that_day(question, window, vocabulary: Vocabulary):
    (step,) = plan(question, vocabulary, None)
    assert step.arguments == {"metric": "revenue", "window": window}


def test_being_ahead_of_a_month_is_a_comparison():
    assert as_comparison("are we ahead of october last year?") == "revenue in october versus october last year?"
    assert as_comparison("are we ahead of the plan?") == "are we ahead of the plan?"


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("hey there, what can i use this for?", "say.help"),
        ("ok thx thats all for tonight", "say.thanks"),
        ("那个数怎么样了", "ask.subject"),
        ("新客买一次就不来了，有什么招吗", "playbook"),
        ("群发活动要留多少人不发，好拿来对照", "knowledge"),
        ("给VIP客户来条企微，聊聊护肤新品，别提优惠", "draft"),
    ],
)
def test_what_is_wanted_beside_figures(question, focus, vocabulary: Vocabulary):
    assert [step.focus for step in plan(question, vocabulary, None)] == [focus]


def test_the_campaign_that_did_harm_is_the_lowest(vocabulary: Vocabulary):
    (step,) = plan("which campaign did the most harm", vocabulary, None)
    assert step.arguments == {"metric": "conversion_lift", "by": ["campaign"], "order": "bottom"}


def test_an_opt_out_by_reply_is_of_a_text_message():
    step = checking("帮我看下这条能不能发：【山禾集】今晚有券，拒收请回复R", None)
    assert step is not None
    assert step.arguments["channel"] == "sms"


def test_the_channel_is_named_around_a_quoted_message():
    step = checking('can this go out as a push? "Buy now, only today"', None)
    assert step is not None
    assert step.arguments == {"message": "Buy now, only today", "channel": "push"}
