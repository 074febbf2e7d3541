"""How people type: words around a question, slips of the pen, everyday days, what leans on several answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from copilot.planner.dates import dated
from copilot.planner.leftover import leftover
from copilot.planner.matching import normalise
from copilot.planner.slips import nearest, slips
from copilot.planner.spelling import corrected, expanded
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary
from knowledge.embedding import SentenceEncoder
from tools.windows import find_windows

FIRST, LAST = date(2024, 11, 1), date(2026, 10, 31)


@pytest.mark.parametrize("question", [
    "where did we land on revenue in Q3", "ceo wants revenue for h1 this year", "how'd august go in terms of orders",
    "mate, rough revenue figure for june pls", "what've we clocked in orders this month",
    "9月流失率给我一个数", "上个月卖了多少钱呀老板催", "9月哪天卖得最猛", "给财务报个Q3净销售额", "老板急着要看9月的销售额",
])  # fmt: skip
def test_speech_leaves_nothing_over(question: str, vocabulary: Vocabulary) -> None:
    assert leftover(expanded(question), vocabulary) == []


@pytest.mark.parametrize("question", [
    "revenue from loyal customers in september", "how many orders did we cancel in september", "sales of vegan products",
    "revenue in Ulaanbaatar last month", "orders shipped late in september", "how many customers complained",
    "dog owners' spend in september", "orders paid with alipay in september",
    "9月投诉的客户有多少", "红色包装的面膜9月卖了多少", "9月大学生买了多少", "9月取消了多少单", "9月退群的人多少", "新疆的订单有多少",
    "9月未付款的订单有多少",
])  # fmt: skip
def test_a_condition_is_never_taken_for_speech(question: str, vocabulary: Vocabulary) -> None:
    (step, *_) = plan(question, vocabulary, None)
    assert step.tool in {"", "search_knowledge"}


@pytest.mark.parametrize(("typed", "meant"), [
    ("reveneu by chanel last mnth", "revenue by channel last month"),
    ("how many ppl bought somthing", "how many people bought something"),
    ("new custmers per month", "new customers per month"),
    ("how mcuh did we slel on tmal", "how much did we sell on tmall"),
    ("women who complained about lipstick in harbin", "women who complained about lipstick in harbin"),
    ("销售鹅上个月多少", "销售额上个月多少"), ("潜力用护里下过单的有几个人", "潜力用户里下过单的有几个人"),
])  # fmt: skip
def test_slips_are_mended_and_rare_words_are_not(typed: str, meant: str, vocabulary: Vocabulary) -> None:
    words = frozenset({"revenue", "channel", "customers", "tmall"})
    known = replace(vocabulary, words=words, terms=("销售额",))
    assert corrected(expanded(typed), known, SentenceEncoder().is_word) == meant


def test_slips_count_swapped_letters_once() -> None:
    assert [slips(*pair, 2) for pair in (("agian", "again"), ("slaes", "sales"), ("revnu", "revenue"))] == [1, 1, 2]
    assert slips("lipstick", "orders", 2) == 3
    assert nearest("ordes", [{"order", "orders"}]) == "orders"
    assert nearest("costs", [{"posts", "hosts"}]) == ""


@pytest.mark.parametrize(("said", "windows"), [
    ("这个月营收，算到今天", ["this_month"]), ("10月1日到今天", ["2026-10-01..2026-10-31"]), ("昨儿开了几单", ["2026-10-30"]),
    ("最近这几个月销售额", ["last_3_months"]), ("sales same day last week", ["2026-10-24"]),
    ("past few months", ["last_3_months"]), ("国庆当天", ["2026-10-01"]), ("中秋前一周", ["2026-09-18..2026-09-24"]),
    ("10月下旬跟中旬比", ["2026-10-21..2026-10-31", "2026-10-11..2026-10-20"]),
    ("first half of october vs the second half", ["2026-10-01..2026-10-15", "2026-10-16..2026-10-31"]),
    ("double 11 last year, the day itself", ["2025-11-11"]), ("second half of last year", ["2025-H2"]),
])  # fmt: skip
def test_days_as_people_say_them(said: str, windows: list[str]) -> None:
    assert find_windows(dated(normalise(said), LAST, FIRST), LAST, FIRST) == windows


@pytest.mark.parametrize(("turns", "arguments"), [
    (["revenue by channel in august", "and orders?"], {"metric": "orders", "by": ["channel"], "window": "2026-08"}),
    (["9月天猫卖了多少", "抖音呢", "两个加一起多少"], {"metric": "revenue", "where": {"channel": ["天猫", "抖音"]}, "window": "2026-09"}),
    (["revenue on tmall in september", "same for douyin", "which of the two grew faster against the same month last year"],
     {"metric": "revenue", "by": ["channel"], "where": {"channel": ["天猫", "抖音"]}, "window": "2026-09", "compare": "last_year"}),
    (["how many high value customers do we have", "how many of them bought in the last 30 days?"],
     {"metric": "customers", "where": {"tier": ["high"]}, "window": "last_30_days"}),
])  # fmt: skip
def test_a_thread_is_gone_on_with(turns: list[str], arguments: dict, vocabulary: Vocabulary) -> None:
    earlier = None
    for turn in turns:
        step = plan(turn, vocabulary, earlier)[-1]
        earlier = Step.restore(step.dump())
    assert {name: value for name, value in step.arguments.items() if name in {*arguments, "where"}} == arguments


@pytest.mark.parametrize("question", ["今年拉一个新客人均花多少钱呢", "上周加购率和多少人"])
def test_a_figure_of_another_kind_is_no_answer(question: str, vocabulary: Vocabulary) -> None:
    steps = plan(question, vocabulary, None)
    assert not any(step.arguments.get("metric") in {"new_customers", "orders"} for step in steps)
