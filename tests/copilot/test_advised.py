"""A question for advice that its words do not place is looked up; one for a figure is not."""

from __future__ import annotations

import pytest

from copilot.planner.advised import advises
from copilot.planner.steps import plan
from copilot.planner.vocabulary import Vocabulary


@pytest.mark.parametrize("question", [
    "给店员定多少回访任务才不把人逼跑？", "Do handwritten cards with the parcel make any difference?",
    "Which of our departments ought to talk to lapsed shoppers?", "会员权益隔几年要不要推倒重来？",
])  # fmt: skip
def test_advice_is_told_from_figures_by_meaning(question: str) -> None:
    assert advises(question)


@pytest.mark.parametrize("question", [
    "上海这个月卖了多少钱", "How many orders did we get on Tmall in May?", "各渠道九月的客单价各是多少", "average basket by city",
])  # fmt: skip
def test_a_question_for_a_figure_is_no_question_for_advice(question: str) -> None:
    assert not advises(question)


def test_what_would_be_refused_is_looked_up_where_it_asks_for_advice(vocabulary: Vocabulary) -> None:
    question = "Who in the company should be in charge of the customer, marketing or sales?"
    (step,) = plan(question, vocabulary, None)
    assert (step.tool, step.arguments["query"]) == ("search_knowledge", question)


def test_a_ranking_and_a_wish_for_a_text_are_still_asked_about(vocabulary: Vocabulary) -> None:
    assert [step.focus for step in plan("which channel is the most photogenic", vocabulary, None)] == ["ask.metric"]
    assert [step.focus for step in plan("给客人整条微信呗，明天要发", vocabulary, None)] == ["ask.draft"]


def test_a_short_question_at_the_end_is_looked_up_with_what_was_told(vocabulary: Vocabulary) -> None:
    question = "Our repeat rate looks fine but total sales are shrinking. Where should I look?"
    (search,) = [step for step in plan(question, vocabulary, None) if step.tool == "search_knowledge"]
    assert search.arguments["query"].startswith("Our repeat rate")
