"""A question for advice that its words do not place is looked up; one for a figure is not."""

from __future__ import annotations

import pytest

from copilot.planner.advised import SURE, odds
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary


@pytest.mark.parametrize("question", [
    "给店员定多少回访任务才不把人逼跑？", "Do handwritten cards with the parcel make any difference?",
    "Which of our departments ought to talk to lapsed shoppers?", "会员权益隔几年要不要推倒重来？",
])  # fmt: skip
def test_advice_is_told_from_figures_by_meaning(question: str) -> None:
    assert odds(question) >= SURE


@pytest.mark.parametrize("question", [
    "上海这个月卖了多少钱", "How many orders did we get on Tmall in May?", "各渠道九月的客单价各是多少", "average basket by city",
])  # fmt: skip
def test_a_question_for_a_figure_is_no_question_for_advice(question: str) -> None:
    assert odds(question) < SURE


def test_what_would_be_refused_is_looked_up_where_it_asks_for_advice(vocabulary: Vocabulary) -> None:
    question = "Who in the company should be in charge of the customer, marketing or sales?"
    (step,) = plan(question, vocabulary, None)
    assert (step.tool, step.arguments["query"]) == ("search_knowledge", question)


@pytest.mark.parametrize("question", [
    "每逢周末老板都要我们把消息发给所有人，我怎么说服他少发？", "How can a hotel chain thank its guests without giving rooms away?",
])  # fmt: skip
def test_what_sounds_like_a_send_or_another_world_is_looked_up_where_it_clearly_asks_for_advice(
    question: str, vocabulary: Vocabulary,
) -> None:  # fmt: skip
    assert [step.tool for step in plan(question, vocabulary, None)] == ["search_knowledge"]


@pytest.mark.parametrize(("question", "focus"), [
    ("帮我把这批短信发出去", "say.send"), ("明年第一季度能卖多少钱？", "say.forecast"), ("复购率是多少？", "metric"),
])  # fmt: skip
def test_a_send_a_forecast_and_a_figure_are_what_they_were(
    question: str, focus: str, vocabulary: Vocabulary,
) -> None:  # fmt: skip
    assert [step.focus for step in plan(question, vocabulary, None)] == [focus]


def test_a_ranking_and_a_wish_for_a_text_are_still_asked_about(vocabulary: Vocabulary) -> None:
    assert [step.focus for step in plan("which channel is the most photogenic", vocabulary, None)] == ["ask.metric"]
    assert [step.focus for step in plan("给客人整条微信呗，明天要发", vocabulary, None)] == ["ask.draft"]


def test_a_short_question_at_the_end_is_looked_up_with_what_was_told(vocabulary: Vocabulary) -> None:
    question = "Our repeat rate looks fine but total sales are shrinking. Where should I look?"
    (search,) = [step for step in plan(question, vocabulary, None) if step.tool == "search_knowledge"]
    assert search.arguments["query"].startswith("Our repeat rate")
