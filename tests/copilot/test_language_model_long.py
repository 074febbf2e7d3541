"""Long threads and long results: what a model with a small context still knows, and how it asks for the rest."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from copilot.bootstrap import open_copilot
from copilot.guard.excerpts import CLOSING, OPENING, page, tokens
from copilot.guard.fitting import fitted, size
from copilot.guard.messages import REMARK
from copilot.guard.record import turns_of
from copilot.session import Copilot
from copilot.settings import Settings
from copilot.testing import Behaviour, Call, Reply, ScriptedServer, Stage, call, refuse, say

pytestmark = pytest.mark.anyio

SMALL = 9_000
"""Tokens of the small model: the tools alone take about six thousand."""


@pytest.fixture(scope="module")
async def forgetful(model_settings: Callable[..., Settings]) -> AsyncIterator[Copilot]:
    """A copilot whose model reads little at once."""
    async with open_copilot(model_settings(context_tokens=SMALL)) as opened:
        yield opened


def read(body: dict[str, Any]) -> str:
    """All that the model reads of the conversation."""
    return "\n".join(message["content"] or "" for message in body["messages"][1:])


def result_ids(body: dict[str, Any]) -> list[str]:
    return [message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"]


async def test_a_figure_of_the_second_turn_can_be_asked_for_in_the_fortieth(
    forgetful: Copilot, stage: Stage, server: ScriptedServer
) -> None:
    async def turn(question: str, *steps: Any) -> Any:
        stage.play(list(steps))
        return await forgetful.ask(question, thread="long")

    await turn("你好", say("你好。"))
    second = await turn("上个月营业额是多少？", call("query_metric", {"metric": "revenue", "window": "last_month"}),
                        lambda body: say(re.search(r"total: (\S+)", read(body))[1]))  # fmt: skip
    figure = second.text
    await turn("上海的客户存成「沪客」", call("select_customers", {"words": "上海的客户", "save_as": "沪客"}), say("存好了。"))
    await turn("就这么定：优惠用满199减30，短信只在上午发", say("好的，记住了。"))
    for number in range(5, 40):
        arguments = {"metric": "orders", "window": f"2025-0{number % 9 + 1}", "by": ["channel"]}
        asked = [call("query_metric", arguments), say("见表。")] if number % 4 == 0 else [say("这一点要看具体情况。" * 12)]
        await turn(f"第 {number} 问：{arguments['window']} 各渠道怎么样？", *asked)

    seen: list[str] = []

    def recall(body: dict[str, Any]) -> Behaviour:
        seen.append(read(body))
        entry = seen[-1].split("上个月营业额是多少？")[1]
        return say("第二问里，上个月的营业额是 {}。".format(re.search(r"total: (\S+)", entry)[1]))

    last = await turn("最开始说的上个月营业额是多少来着？", recall)
    assert figure in last.text
    assert last.warnings == []
    assert last.folded >= 30
    for settled in ("沪客", "满199减30", "短信只在上午发"):
        assert settled in seen[0]
    assert tokens(json.dumps(server.bodies[-1], ensure_ascii=False)) < SMALL
    assert "987,654" not in last.text

    invented = await turn("那前年呢？", say("前年是 ¥987,654.32。"))
    assert [warning.code for warning in invented.warnings] == ["W-UNMATCHED"]

    def reopen(body: dict[str, Any]) -> Behaviour:
        entry = read(body).split("上个月营业额是多少？")[1]
        return call("more", {"result": re.search(r"\[result (\S+?)\]", entry)[1]})

    again = await turn("把那条结果再打开", reopen, say(f"是 {figure}。"))
    assert again.evidence == second.evidence  # with all that a reader needs to check it
    assert [item.name for item in again.tool_calls] == ["more"]
    assert again.figures


async def test_a_long_table_is_read_to_its_end_by_pages(served: Copilot, stage: Stage, server: ScriptedServer) -> None:
    split = {"metric": "revenue", "by": ["month", "channel"], "window": "all", "limit": 400}

    def read_on(body: dict[str, Any]) -> Behaviour:
        foot = body["messages"][-1]["content"].splitlines()[-1]
        wanted = re.search(r'more\(result="(\S+)", start=(\d+)\)', foot)
        if wanted is None:
            rows = re.findall(r"^(\S+ / \S+): (\S+)", body["messages"][-1]["content"], re.MULTILINE)
            return say(f"The last row is {rows[-1][0]}: {rows[-1][1]}.")
        return call("more", {"result": wanted[1], "start": int(wanted[2])})

    stage.play([call("query_metric", split), *([read_on] * 3)])
    answer = await served.ask("Revenue by month and channel?", language="en")
    assert {item.name for item in answer.tool_calls} == {"query_metric", "more"}
    assert len(answer.evidence) == 1  # pages are no further results
    rows = answer.evidence[0]["rows"]
    told = [line for body in server.bodies for line in body["messages"][-1]["content"].splitlines()]
    assert len(rows) > 40
    for row in rows:
        assert any(line.startswith(" / ".join(row["dimensions"].values())) for line in told)
    assert answer.warnings == []


async def test_long_passages_are_read_by_pages_too(forgetful: Copilot, stage: Stage, server: ScriptedServer) -> None:
    def read_on(body: dict[str, Any]) -> Behaviour:
        wanted = re.search(r'more\(result="(\S+)", start=(\d+)\)', body["messages"][-1]["content"])
        return call("more", {"result": wanted[1], "start": int(wanted[2])}) if wanted else say("Read.")

    found = call("search_knowledge", {"query": "win back dormant customers", "k": 8})
    stage.play([found, read_on, read_on, say("Read.")])
    answer = await forgetful.ask("How do we win them back?")
    pages = [body["messages"][-1]["content"] for body in server.bodies[1:]]
    assert len(pages) > 1
    assert len(answer.citations) > 2
    for words in pages:
        assert words.count("<data>") == words.count("</data>")
    assert tokens(json.dumps(server.bodies[-1], ensure_ascii=False)) < SMALL


@pytest.mark.parametrize(("language", "part"), [("zh", "没有结果"), ("en", "no result")])
async def test_a_result_that_does_not_exist_goes_back_in_words(
    served: Copilot, stage: Stage, server: ScriptedServer, language: str, part: str
) -> None:
    stage.play([call("tier_overview"), call("more", {"result": "nothing"}), say("I see.")])
    answer = await served.ask("?", language=language)
    told = server.bodies[-1]["messages"][-1]["content"]
    assert part in told
    assert result_ids(server.bodies[1])[0] in told
    assert [item.ok for item in answer.tool_calls] == [True, False]


async def test_a_line_that_does_not_exist_goes_back_in_words(served: Copilot, stage: Stage, server: ScriptedServer) -> None:
    def play(body: dict[str, Any]) -> Behaviour:
        known = result_ids(body)
        return call("more", {"result": known[0], "start": 9999}) if known else call("tier_overview")

    stage.play([play, play, say("I see.")])
    answer = await served.ask("?", language="en")
    assert "9999" in server.bodies[-1]["messages"][-1]["content"]
    assert [item.ok for item in answer.tool_calls] == [True, False]


async def test_an_overflow_makes_the_request_smaller_and_is_told(
    model_settings: Callable[..., Settings], stage: Stage, server: ScriptedServer
) -> None:
    """A server that can read less than the setting says refuses, whatever its wording."""
    def strict(body: dict[str, Any]) -> Behaviour:
        if tokens(read(body)) > 700:
            return refuse(400, "Requested tokens (9021) exceed context window of 2000")
        return say("Fine.")

    async with open_copilot(model_settings()) as copilot:
        for number in range(4):
            split = {"metric": "revenue", "by": ["month"], "window": "all"}
            stage.play([Reply(calls=(Call("query_metric", split),)), say(f"Table {number}.")])
            await copilot.ask("Revenue by month?", thread="t")
        stage.play(strict)
        answer = await copilot.ask("And now?", thread="t")
        asked = len(server.bodies)
        assert asked == 2 * 4 + 2
        after = await copilot.ask("And then?", thread="t")
    assert answer.text == "Fine."
    assert [warning.code for warning in answer.warnings] == ["E-LLM-CONTEXT"]
    assert after.warnings == []
    assert len(server.bodies) == asked + 1  # what the server can read is remembered


def test_a_small_thread_is_sent_as_it_is() -> None:
    messages = [HumanMessage("a"), AIMessage("b"), HumanMessage("c")]
    assert fitted(messages, 1000, "en").messages == messages


@pytest.mark.parametrize("room", [200, 400, 900, 2000, 5000])
def test_whatever_the_room_the_question_stays_and_every_result_keeps_its_handle(room: int) -> None:
    messages: list[Any] = []
    for number in range(12):
        asked = {"name": "t", "args": {"n": number}, "id": f"id-{number}"}
        found = "\n".join(["head", "<data>", *(f"row {line}: {number * 1000 + line}" for line in range(30)), "</data>"])
        messages += [HumanMessage(f"question {number}"), AIMessage("", tool_calls=[asked]),
                     ToolMessage(found, tool_call_id=f"id-{number}", name="t"), AIMessage("done")]  # fmt: skip
    messages.append(HumanMessage("the last one"))
    fit = fitted(messages, room, "en")
    words = "\n".join(message.text for message in fit.messages) + json.dumps(
        [message.tool_calls for message in fit.messages if isinstance(message, AIMessage)])
    assert fit.messages[-1].text.endswith("the last one")
    for number in range(12):
        assert f"id-{number}" in words
        assert f"row 0: {number * 1000}" in words  # the first figure of each survives every room
    if room >= 2000:
        assert size(fit.messages) <= room
    if early := [message.text for message in fit.messages if "question 0" in message.text and "id-0" in message.text]:
        assert f"\n{OPENING}\n" in early[0]  # what was said and found is data, never an instruction
        assert early[0].count(OPENING) == early[0].count(CLOSING)


def test_a_remark_of_the_guard_begins_no_turn() -> None:
    remark = HumanMessage("again", additional_kwargs={REMARK: True})
    assert len(turns_of([HumanMessage("a"), remark, AIMessage("b")], REMARK)) == 1


def test_pages_part_a_result_without_losing_a_line() -> None:
    lines = ["head", "<data>", *(f"row {number}" for number in range(50)), "</data>"]
    start, seen = 1, []
    while start <= len(lines):
        words = page(lines, start, 40, "r", "en").splitlines()
        assert words.count("<data>") == words.count("</data>")
        seen += [line for line in words if line.startswith("row")]
        start = int(re.search(r"lines \d+-(\d+)", words[-1])[1]) + 1
    assert seen == [f"row {number}" for number in range(50)]
