"""Strategy questions end in an answer whose citations are right and hold, with the planner and with a model."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from copilot.bootstrap import open_copilot
from copilot.session import Copilot
from copilot.settings import Settings
from copilot.testing import Behaviour, ScriptedServer, call, say
from evals.questions import unknown_cards
from evals.strategy import Judged, Strategy, judged, load, tallies
from knowledge.documents import CONTENT, read_cards

PLAIN = [
    "要不要搞付费会员？什么样的品牌适合做？", "有没有公司用烧钱补贴的办法把用户做起来的，后来怎么样了？", "第一次下单的顾客怎么让他尽快再买第二次？",
    "发消息前怎么留一批人不发，好知道到底有没有用？", "母婴品牌怎么做用户运营？有案例吗", "Does charging customers for membership ever work?",
    "Could we share members with a brand from a different trade?", "How do we turn first-time buyers into regulars?",
    "What should we offer our best customers other than money off?", "How big must my control group be to see a 2-point lift?",
]  # fmt: skip
_PASSAGE = re.compile(r"\[([^\[\]\s]+#\d+(?:\.\d+)?)\]\n(?:[^<\n]*\n)*?<data>\n.*?\n(.*?)\n</data>", re.DOTALL)
_SENTENCE = re.compile(r"[^#|>\n][^\n]*?(?:[。！？]|\.(?=\s|$))")


def wanted() -> list[Strategy]:
    by_words = {question.q: question for question in load()}
    return [by_words[words] for words in PLAIN]


def plainly(body: dict[str, Any]) -> Behaviour:
    """A plain competent model: search with the question, then quote two sentences of each of two passages."""
    last = body["messages"][-1]
    if last["role"] != "tool":
        return call("search_knowledge", {"query": last["content"]})
    quotes = [
        f"{sentence.strip(' -*')} [{id}]"
        for id, words in _PASSAGE.findall(last["content"])[:2] for sentence in _SENTENCE.findall(words)[:2]
    ]  # fmt: skip
    return say("\n\n".join(quotes))


def test_every_card_that_is_expected_exists() -> None:
    assert unknown_cards(load(), [card.id for card in read_cards(CONTENT)]) == []


def test_each_round_asks_twenty_questions_of_each_language() -> None:
    counted = tallies(Judged(question=each, cited=[], answered=False, led=False, marked=[]) for each in load())
    assert {(row.set, row.language, row.n) for row in counted} == {
        (name, language, 20)
        for name in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "open")
        for language in ("zh", "en")
    }


@pytest.mark.anyio
async def test_the_planner_answers_with_the_right_cards(copilot: Copilot) -> None:
    for question in wanted():
        found = judged(question, await copilot.ask(question.q))
        assert found.answered, (question.q, found.cited)
        assert found.marked == [], question.q


@pytest.mark.anyio
async def test_a_plain_model_s_citations_hold(copy_home: Callable[[], Path]) -> None:
    with ScriptedServer(plainly) as server:
        settings = Settings(
            _env_file=None, home=copy_home(), workspace="small", base_url=server.base_url, model="scripted",
            api_key=SecretStr("none"),
        )  # fmt: skip
        async with open_copilot(settings) as copilot:
            for question in wanted():
                answer = await copilot.ask(question.q)
                assert answer.model == "scripted"
                assert judged(question, answer).cited != [], question.q
                assert judged(question, answer).marked == [], question.q
