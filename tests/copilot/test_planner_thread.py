"""What a turn takes from the thread: the answer before, the figure before that, the people spoken of, two readings."""

from __future__ import annotations

import numpy as np
import pytest

from copilot.planner.answered import as_meant, without_asides
from copilot.planner.offering import WHICH, as_chosen, chosen
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.thread import Thread
from copilot.planner.vocabulary import Vocabulary


def _asked(turns: list[str], vocabulary: Vocabulary) -> list[Step]:
    """The steps of the last turn, each turn planned after those before it and remembered as a message would."""
    told: tuple[tuple[Step, ...], ...] = ()
    for turn in turns:
        steps = plan(turn, vocabulary, Thread(told).last, thread=Thread(told))
        told = (tuple(Step.restore(step.dump()) for step in steps), *told)
    return list(told[0])


@pytest.mark.parametrize("said", ["不对吧", "这数不对吧", "确定吗", "感觉偏低啊", "that looks wrong", "are you sure?", "hmm sure about that?"])
def test_a_doubted_figure_is_asked_for_again(said: str, vocabulary: Vocabulary) -> None:
    (step,) = _asked(["9月天猫销售额", said], vocabulary)
    assert (step.tool, step.lead) == ("query_metric", "recheck")
    assert step.arguments == {"metric": "revenue", "where": {"channel": ["天猫"]}, "window": "2026-09"}


@pytest.mark.parametrize(("said", "lead"), [
    ("你怎么算的", "method"), ("口径是什么", "method"), ("where did you get that", "method"), ("how is that calculated", "method"),
    ("导出成excel", "shape"), ("as a chart", "shape"), ("export it to excel", "shape"), ("生成个图", "shape"),
])  # fmt: skip
def test_a_figure_is_told_again_for_its_definition_or_in_another_shape(
    said: str, lead: str, vocabulary: Vocabulary
) -> None:
    (step,) = _asked(["revenue by channel in september", said], vocabulary)
    assert (step.lead, step.arguments["by"]) == (lead, ["channel"])


@pytest.mark.parametrize("said", ["导出高价值客户名单", "怎么算复购率", "are you sure we should discount?", "write a text as well"])
def test_a_question_of_its_own_is_not_about_the_answer(said: str, vocabulary: Vocabulary) -> None:
    assert not any(step.lead for step in _asked(["9月天猫销售额", said], vocabulary))


@pytest.mark.parametrize(("turns", "arguments"), [
    (["orders in september", "no, revenue"], {"metric": "revenue", "window": "2026-09"}),
    (["9月天猫销售额", "我问的是订单数不是金额"], {"metric": "orders", "where": {"channel": ["天猫"]}, "window": "2026-09"}),
    (["9月天猫销售额", "谢谢", "那抖音呢"], {"metric": "revenue", "where": {"channel": ["抖音"]}, "window": "2026-09"}),
    (["9月抖音退货率", "和天猫比呢"],
     {"metric": "refund_rate", "by": ["channel"], "where": {"channel": ["抖音", "天猫"]}, "window": "2026-09"}),
    (["8月复购率", "9月呢", "和刚才那个比涨了还是跌了"], {"metric": "repurchase_rate", "window": "2026-09", "compare": "previous"}),
    (["aov last month", "and on tmall?", "go back to the first one and split it by city"],
     {"metric": "aov", "by": ["city"], "window": "last_month"}),
    (["compare revenue on tmall and douyin for q3", "which one's growing"],
     {"metric": "revenue", "by": ["channel"], "where": {"channel": ["天猫", "抖音"]}, "window": "2026-Q3", "compare": "previous"}),
])  # fmt: skip
def test_the_thread_goes_on(turns: list[str], arguments: dict, vocabulary: Vocabulary) -> None:
    (step,) = _asked(turns, vocabulary)
    assert step.arguments == arguments


@pytest.mark.parametrize(("turns", "tool", "tier"), [
    (["潜力用户有多少人", "帮我看看天气", "给他们写两条短信"], "draft_messages", "potential"),
    (["沉睡用户怎么唤回", "那高价值呢", "给这些人写条企微"], "draft_messages", "high"),
    (["what does potential mean", "how do I talk to them"], "tier_playbook", "potential"),
])  # fmt: skip
def test_they_are_the_tier_last_spoken_of(turns: list[str], tool: str, tier: str, vocabulary: Vocabulary) -> None:
    (step,) = _asked(turns, vocabulary)
    assert (step.tool, step.arguments["tier"]) == (tool, tier)


def test_what_to_do_after_a_fall_is_told_for_the_tier_it_came_from(vocabulary: Vocabulary) -> None:
    fall = Step("why_metric", "query_metric", {"metric": "revenue"}, Slots(metrics=("revenue",)), blamed="potential")
    (step,) = plan("那该怎么办", vocabulary, fall, thread=Thread(((fall,),)))
    assert (step.tool, step.arguments, step.lead) == ("tier_playbook", {"tier": "potential"}, "blamed")


def test_one_message_each_where_one_each_is_asked_for(vocabulary: Vocabulary) -> None:
    steps = _asked(["给沉睡和低价值各写一条短信"], vocabulary)
    assert [(step.arguments["tier"], step.arguments["n"]) for step in steps] == [("dormant", 1), ("low", 1)]


class _TwoFigures:
    """A router that finds two figures about as near."""

    meanings = None

    def route(self, clause: str) -> None:
        return None

    def either(self, clause: str) -> tuple[str, str]:
        return ("metric:aov", "metric:arpu")

    def is_word(self, word: str) -> bool:
        return True


@pytest.mark.parametrize(("reply", "metric"), [
    ("第二个", "arpu"), ("the first one", "aov"), ("客单价", "aov"), ("revenue per customer", "arpu"), ("前者", "aov"),
])  # fmt: skip
def test_two_near_readings_are_offered_and_the_reply_decides(reply: str, metric: str, vocabulary: Vocabulary) -> None:
    (asked,) = plan("大家一般买多少啊", vocabulary, None, _TwoFigures())
    assert (asked.focus, asked.tool) == (WHICH, "")
    (step,) = plan(reply, vocabulary, Step.restore(asked.dump()))
    assert (step.tool, step.arguments["metric"]) == ("query_metric", metric)


def test_another_question_is_no_reply(vocabulary: Vocabulary) -> None:
    asked = Step(WHICH, slots=Slots(said="how much", asked=("metric:aov", "metric:arpu")))
    assert chosen("how many dormant customers are there", asked) == ""
    assert chosen("随便", asked) == ""


def test_a_word_is_read_as_the_reply_says(vocabulary: Vocabulary) -> None:
    slots = Slots(said="上个月转化怎么样", condition="转化", asked=("转化提升", "转化率"))
    focus, read = as_chosen("转化率", slots, vocabulary)
    assert (focus, read.metrics, read.windows) == ("", ("conversion_rate",), ("last_month",))


@pytest.mark.parametrize(("said", "meant"), [
    ("我问的是人数不是金额", "那人数呢"), ("sorry I meant September", "and September"), ("no, revenue", "and revenue"),
    ("给潜力用户写条短信，不要提折扣", "给潜力用户写条短信，不要提折扣"), ("i want three texts for dormant customers", "i want three texts for dormant customers"),
])  # fmt: skip
def test_only_a_correction_is_put_in_its_place(said: str, meant: str) -> None:
    assert as_meant(said) == meant


@pytest.mark.parametrize(("said", "rest"), [
    ("画个图看看今年每个月的销售额", "今年每个月的销售额"), ("explain LTV like I'm five", "explain LTV"), ("as a chart", "as a chart"),
])  # fmt: skip
def test_how_it_is_shown_asks_for_nothing_else(said: str, rest: str) -> None:
    assert without_asides(said) == rest


def test_two_senses_are_offered_only_where_neither_leads() -> None:
    from copilot.planner.meaning import Meanings

    class Fixed:
        name = "fixed"

        def __init__(self, *near: float) -> None:
            self.near = near

        def embed(self, texts: list[str]) -> np.ndarray:
            return np.ones((len(texts), 1))

    def between(*near: float) -> tuple:
        meanings = Meanings(Fixed())
        senses, kinds, terms = np.array(["aov", "units_per_order"]), ["name", "name"], ["basket size", "basket units"]
        meanings.__dict__["_terms"] = (senses, kinds, terms, np.array([[value] for value in near]))
        return meanings.either("basket")

    assert between(0.80, 0.78) == ("basket size", "basket units")
    assert between(0.80, 0.70) == ()
    assert between(0.60, 0.59) == ()
