"""Conditions on people are marked by what was learnt, and only a clause that is marked whole selects anybody."""

from __future__ import annotations

import numpy as np
import pytest

from copilot.planner.hearing import hear
from copilot.planner.marks import _whole_words, chain, classes, marked, unusual
from copilot.planner.picked import picked
from copilot.planner.reader import places, reader
from copilot.planner.reading import read_slots
from copilot.planner.router import Router
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.templates import templated
from copilot.planner.vocabulary import Vocabulary
from knowledge.embedding import SentenceEncoder
from tools.selection.reading.marked import KINDS


@pytest.mark.parametrize(("clause", "expected"), [
    ("上个月买过护肤、这个月还没来的有几个人", [("did", False), ("not", False)]),
    ("how many customers bought skincare in August but nothing since", [("did", False), ("not", False)]),
    ("9月的新客里，后来又买了的占几成", [("first", True), ("again", False)]),
    ("只在天猫买过的客户有多少", [("only", False)]),
])  # fmt: skip
def test_each_condition_is_marked_with_its_kind(clause: str, expected: list, vocabulary: Vocabulary) -> None:
    found = marked(clause, vocabulary)
    assert [(mark.kind, mark.base) for mark in found.marks] == expected
    assert 0 < found.sure <= 1
    read = templated(clause, vocabulary)
    assert all(mark.words in read.said(0, len(read.text)) for mark in found.marks)


def test_a_chain_is_the_likeliest_as_a_whole() -> None:
    scores = np.array([[0.0, 1.0, 0.9], [0.0, 0.0, 2.0]])
    follows = np.array([[0.0, 0.0, -9.0], [0.0, -9.0, 0.0], [0.0, 0.0, 0.0]])
    every = {(i, j): scores[0, i] + scores[1, j] + follows[i, j] for i in range(3) for j in range(3)}
    assert tuple(chain(scores, follows)) == max(every, key=every.__getitem__)


def test_the_network_has_a_class_for_the_begin_and_the_rest_of_every_kind() -> None:
    assert reader().learnt["follows"].shape == (len(classes()), len(classes()))
    assert len(classes()) == 1 + 2 * len(KINDS)


def test_pieces_have_their_place_in_the_text() -> None:
    text = "how many 某商品 buyers came back?"
    assert "".join(text[start:end] for start, end in places(text)) == text
    assert all(start <= end for start, end in places(text))


@pytest.mark.parametrize(("question", "rule", "base"), [
    ("how many customers bought skincare in August but nothing since",
     ["bought_category", "orders"], None),
    ("只在天猫买过的客户有多少，说个数就行", ["bought_channel", "channels"], None),
    ("9月下过单的人，10月一单没有的有几个", ["orders", "orders"], None),
    ("of those who ordered in August, what share also ordered in September", ["orders"], ["orders"]),
])  # fmt: skip
def test_marked_people_are_selected(
    question: str, rule: list, base: list | None, vocabulary: Vocabulary
) -> None:
    (step,) = picked(question, read_slots(question, vocabulary), hear(question, vocabulary), None, vocabulary)
    assert traits(step.arguments["words"], vocabulary) == rule
    assert base == (traits(step.arguments["of"], vocabulary) if "of" in step.arguments else None)


@pytest.mark.parametrize("question", [
    "how many bought the cast iron pan in August but nothing since",  # which goods is not known
    "9月下过单、单笔过500、10月没来的有几个",  # no trait tells of one order
    "how many ordered in August but nothing since, and what did 2024 bring",  # days that no condition has
    "线上线下都买过的客户有多少人",  # which channels are online is not known
    "people who first bought in May: how many days till they ordered again",
])  # fmt: skip
def test_nobody_is_selected_where_a_word_is_in_doubt(question: str, vocabulary: Vocabulary) -> None:
    assert picked(question, read_slots(question, vocabulary), hear(question, vocabulary), None, vocabulary) == []


@pytest.mark.parametrize(("question", "arguments"), [
    ("of those who first bought in May what % bought again within 90 days",
     {"metric": "repurchase_rate_90d", "window": "2026-05"}),
    ("八月份第一次买的那批人，60天内又下单的占比多少", {"metric": "repurchase_rate_60d", "window": "2026-08"}),
])  # fmt: skip
def test_newcomers_who_came_back_within_days_are_a_metric(
    question: str, arguments: dict, vocabulary: Vocabulary, encoder: SentenceEncoder
) -> None:
    (step,) = plan(question, vocabulary, None, Router(encoder))
    assert step.arguments == arguments


@pytest.mark.parametrize(("question", "words"), [
    ("在天猫买过、但10月一次都没买过的顾客有多少，想给他们推新品", "在天猫下过单，2026年10月没有下单"),  # an aim is none
    ("customers who spent more than 1,000 with us over the last 365 days, how many?",
     "spend more than 1,000 in the last 365 days"),
])  # fmt: skip
def test_what_is_said_around_a_condition_is_none(question: str, words: str, vocabulary: Vocabulary) -> None:
    (step,) = picked(question, read_slots(question, vocabulary), hear(question, vocabulary), None, vocabulary)
    assert step.arguments["words"] == words


def test_a_mark_ends_with_a_word() -> None:
    assert _whole_words("gold card holders vs", 0, 16) == (0, 17)
    assert _whole_words("in 2025 too", 0, 5) == (0, 7)


def test_them_are_the_people_of_the_answer_before(vocabulary: Vocabulary) -> None:
    before = Step("metric", "query_metric", {"metric": "customers", "window": "2026-08"})
    question = "of those, how many also ordered in September"
    (step,) = picked(question, read_slots(question, vocabulary), hear(question, vocabulary), before, vocabulary)
    assert step.arguments == {"words": "ordered in 2026-09", "of": "ordered in 2026-08"}


def traits(words: str, vocabulary: Vocabulary) -> list[str]:
    reading = vocabulary.read(words)
    assert reading.settled
    return [each.trait for _, each in reading.rule.conditions()]


def test_what_names_goods_is_unusual() -> None:
    assert unusual("bought the duvet again") == ["duvet"]
    assert unusual("后来又回来买了") == []
