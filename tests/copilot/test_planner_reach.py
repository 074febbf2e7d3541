"""What a question leaves out, its second half, whom it is asked of and what it is held against: each shows in a step."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.planner.excepting import with_the_others
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary

OCTOBER, YEAR = {"window": "2026-10"}, {"window": "last_12_months"}
ASKED: list[tuple[str, list[dict[str, Any]]]] = [
    ("10月除了天猫以外的渠道卖了多少", [{"metric": "revenue", "where": {"channel": ["抖音"]}} | OCTOBER]),
    ("revenue except Tmall in October", [{"metric": "revenue", "where": {"channel": ["抖音"]}} | OCTOBER]),
    ("aov for all channels but douyin in October", [{"metric": "aov", "where": {"channel": ["天猫"]}} | OCTOBER]),
    ("抖音10月多少单，多少人买的", [{"metric": name, "where": {"channel": ["抖音"]}} | OCTOBER for name in ("orders", "customers")]),
    ("护肤10月有多少人买，人均花多少", [{"metric": name, "where": {"category": ["护肤"]}} | OCTOBER for name in ("customers", "arpu")]),
    ("10月订单多少，客单价呢", [{"metric": name} | OCTOBER for name in ("orders", "aov")]),
    ("10月新客的客单价", [{"metric": "aov", "where": {"new_or_returning": ["new"]}} | OCTOBER]),
    ("新客和客单价10月各是多少", [{"metric": name} | OCTOBER for name in ("new_customers", "aov")]),
    ("how much of October revenue came from repeat customers",
     [{"metric": "revenue", "by": ["new_or_returning"]} | OCTOBER]),
    ("护肤10月的客单价，比平时高吗", [{"metric": "aov", "where": {"category": ["护肤"]}} | days for days in (OCTOBER, YEAR)]),
    ("高价值客户客单价多少，比全体高多少", [{"metric": "aov", "by": ["tier"]}]),
    ("10月护肤卖得最好的三款是什么",
     [{"metric": "revenue", "by": ["product"], "where": {"category": ["护肤"]}, "order": "top", "limit": 3} | OCTOBER]),
    ("what do people in Shanghai like to buy",
     [{"metric": "units_sold", "by": ["category"], "where": {"city": ["上海"]}}]),
    ("which city grew fastest in October",
     [{"metric": "revenue", "by": ["city"], "compare": "previous"} | OCTOBER]),
    ("8月和9月加起来卖了多少", [{"metric": "revenue", "window": "2026-08-01..2026-09-30"}]),
    ("9月营收多少？和去年同期比呢？", [{"metric": "revenue", "window": "2026-09", "compare": "last_year"}]),
    ("上周末两天卖了多少", [{"metric": "revenue", "window": "2026-10-24..2026-10-25"}]),
    ("一年前的今天卖了多少", [{"metric": "revenue", "window": "2025-10-31"}]),
    ("sales in the first ten days of October", [{"metric": "revenue", "window": "2026-10-01..2026-10-10"}]),
    ("买过护肤的人里有多少也买了零食", [{"words": "买过护肤，买过零食"}]),
    ("how many customers ordered exactly two times", [{"words": "customers ordered exactly two times"}]),
    ("第一单在抖音的客户复购率多少", [{"metric": "second_order_rate", "where": {"channel": ["抖音"]}}]),
    ("沉睡客户平均多久没来了", [{"metric": "recency", "where": {"tier": ["dormant"]}}]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "told"), ASKED)
def test_each_part_of_it_shows_in_a_step(question: str, told: list[dict[str, Any]], vocabulary: Vocabulary) -> None:
    steps = plan(question, vocabulary, None)
    asked = [{name: value for name, value in step.arguments.items() if (name, value) != ("by", ["channel"])} for step in steps]
    assert asked == told


@pytest.mark.parametrize(
    "question",
    [
        "除了护肤还买了零食的客户有多少",
        "how many customers bought skincare but not snacks",
        "除了抖音的客户有多少",
        "10月天猫卖了多少",
    ],
)
def test_who_bought_that_too_or_not_leaves_no_value_out(question: str, vocabulary: Vocabulary) -> None:
    assert with_the_others(question, vocabulary) == question


@pytest.mark.parametrize(
    "question",
    [
        "今年买过三个品类以上的客户数",
        "新客首单平均花多少钱",
        "how much do new customers spend on their first order",
        "top 3 revenue in October",
    ],
)
def test_what_no_figure_can_tell_gets_none(question: str, vocabulary: Vocabulary) -> None:
    (step,) = plan(question, vocabulary, None)
    assert step.focus in {"say.condition", "say.unread"}


@pytest.mark.parametrize(
    "question",
    [
        "8月下过单、9月10月都没来的有几个",
        "anyone who ordered in August and hasn't come back since",
        "买过护肤又买过零食的",
        "how many ordered both on 618 and on Double 11",
        "只在抖音买过的客户有多少",
    ],
)
def test_conditions_that_are_read_whole_select_people(question: str, vocabulary: Vocabulary) -> None:
    (step,) = plan(question, vocabulary, None)
    assert step.focus == "select"


@pytest.mark.parametrize(
    "question",
    [
        "在天猫买过护肤又在京东买过零食的",
        "第一单在抖音、第二单在天猫的有多少",
        "8月买过护肤，9月没买的",
        "high-value customers who bought nothing but 护肤",
        "customers with exactly 2 orders this year, both on 天猫",
        "买过护肤的人里有多少复购率",
    ],
)
def test_conditions_that_may_mean_two_things_select_nobody(question: str, vocabulary: Vocabulary) -> None:
    assert all(step.focus != "select" for step in plan(question, vocabulary, None))


def test_a_category_that_is_not_there_is_answered_with_those_that_are(vocabulary: Vocabulary) -> None:
    (step,) = plan("彩妆10月卖了多少", vocabulary, None)
    assert (step.focus, set(step.slots.offered)) == ("say.condition", {"护肤", "零食"})
