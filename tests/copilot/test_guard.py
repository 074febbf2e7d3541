"""The safety net inside a real agent, over real HTTP, against every misbehaviour of a model server."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from copilot.faults import FAULTS, ModelFault
from copilot.guard import ModelGuard, RepairDangling, ToolErrors
from copilot.guard.messages import shortcoming
from copilot.model import build_model
from copilot.settings import PLANNER, Settings
from copilot.testing import ENDS_IN, MISBEHAVIOURS, Call, Hang, Reply, ScriptedModel, ScriptedServer, call, refuse, say
from copilot.testing.misbehaviours import LEAK
from tools.errors import NoData

pytestmark = pytest.mark.anyio

SECRET = "KeyError: 'gmv' /srv/secret/orders.parquet"
SILENT = {"hang", "stall"}
SHORT = {"first_token_seconds": 0.4, "idle_seconds": 0.4}

USEFUL = {"length"}
"""Misbehaviours that leave something worth showing; they have tests of their own."""
REQUESTS = {"E-LLM-UP": 2, "E-LLM-EMPTY": 2, "E-TOOL-JSON": 2, "E-STEPS": 3}
"""Requests on the wire before giving up, where it is not one."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@tool
def add(a: int, b: int) -> str:
    """Add two numbers."""
    return str(a + b)


@tool
def revenue(month: str) -> str:
    """Revenue of a month."""
    raise NoData("guard_test_no_month", month=month)


@tool
def broken() -> str:
    """A tool with a bug."""
    raise ValueError(SECRET)


@tool
async def slow() -> str:
    """A tool that takes long."""
    await asyncio.sleep(30)
    return "done"


@dataclass(frozen=True)
class Context:
    language: str = "en"


@dataclass
class Run:
    """What one turn put on the streams."""

    text: str = ""
    notices: list[dict[str, Any]] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)

    @property
    def final(self) -> AIMessage:
        return self.messages[-1]


def configure(base_url: str, **knobs: Any) -> Settings:
    limits = {"first_token_seconds": 5, "idle_seconds": 5, "turn_seconds": 10, "retry_after_seconds": 1}
    address = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": None}
    return Settings(_env_file=None, **{**address, **limits, "model_calls": 3, **knobs})


def build(
    settings: Settings, *, planner: Any = None, saver: Any = None, model: Any = None, tools: Any = (), second: Any = None,
    **guard: Any,
) -> Any:
    return create_agent(
        model or build_model(settings),
        [add, revenue, broken, slow, *tools],
        system_prompt="You count.",
        middleware=[RepairDangling(), ModelGuard(settings, planner=planner, second=second, **guard), ToolErrors()],
        context_schema=Context,
        checkpointer=saver or InMemorySaver(),
    )


async def ask(agent: Any, question: str = "How much?", *, language: str = "en", run: Run | None = None) -> Run:
    run = run or Run()
    parts = agent.astream(
        {"messages": [HumanMessage(question)]},
        {"configurable": {"thread_id": "t"}},
        context=Context(language),
        stream_mode=["messages", "updates", "custom"],
        version="v2",
        durability="sync",
    )
    async with aclosing(parts):
        async for part in parts:
            if part["type"] == "custom":
                run.notices.append(part["data"])
                run.text = "" if part["data"]["restart"] else run.text
            elif part["type"] == "messages" and isinstance(part["data"][0], AIMessageChunk):
                run.text += part["data"][0].text
            elif part["type"] == "updates":
                for node in ("model", "tools"):
                    run.messages += (part["data"].get(node) or {}).get("messages", [])
    return run


async def cancel_after(agent: Any, reached: Callable[[Run], Any]) -> None:
    """Start a turn, and cancel it once `reached` is true of what it has streamed."""
    run = Run()
    task = asyncio.create_task(ask(agent, "first", run=run))
    async with asyncio.timeout(5):
        while not reached(run):
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


class Switch:
    """A script that can be changed between turns."""

    def __init__(self, behaviour: Any) -> None:
        self.behaviour = behaviour

    def __call__(self, body: dict[str, Any]) -> Any:
        return self.behaviour


def test_every_misbehaviour_has_a_named_end() -> None:
    assert set(ENDS_IN) | USEFUL == set(MISBEHAVIOURS)
    assert set(ENDS_IN.values()) <= set(FAULTS)


@pytest.mark.parametrize("name", ENDS_IN)
async def test_planner_answers_when_the_server_misbehaves(name: str, caplog: pytest.LogCaptureFixture) -> None:
    code, switch = ENDS_IN[name], Switch(MISBEHAVIOURS[name])
    planner = ScriptedModel(script=["planner answer"])
    with ScriptedServer(switch) as server, caplog.at_level(logging.INFO):
        agent = build(configure(server.base_url, **(SHORT if name in SILENT else {})), planner=planner)
        started = time.monotonic()
        if code == "E-LLM-AUTH":
            with pytest.raises(ModelFault) as caught:
                await ask(agent)
            assert caught.value.fault.code == code
        else:
            run = await ask(agent)
            assert run.text == "planner answer"  # the partial text was dropped by the restart
            assert run.final.response_metadata["model_name"] == PLANNER
            assert run.final.response_metadata["fallback_from"] == code
            assert run.notices[-1]["code"] == code
            assert run.notices[-1]["restart"]
            assert LEAK not in json.dumps(run.notices)
        assert time.monotonic() - started < 20
        expected = 2 if name == "rate_short" else REQUESTS.get(code, 1)
        assert len(server.requests) == expected
        assert LEAK not in caplog.text

        switch.behaviour = say("All well.")
        after = await ask(agent, "And now?")
        assert after.text == "All well."
        assert after.notices == []


# One JSON object is never partial, and whole even when it does not name its end.
ENDS_IN_WHOLE = {**ENDS_IN, "stall": "E-LLM-TIMEOUT", "cut": "E-LLM-UP", "error_in_stream": "E-LLM-PROTO"}
del ENDS_IN_WHOLE["no_finish_reason"]


@pytest.mark.parametrize(
    ("name", "expected", "streaming"),
    [(*case, True) for case in ENDS_IN.items()] + [(*case, False) for case in ENDS_IN_WHOLE.items()],
)
async def test_without_a_planner_the_fault_is_raised(name: str, expected: str, streaming: bool) -> None:
    switch = Switch(MISBEHAVIOURS[name])
    with ScriptedServer(switch) as server:
        limits = {**SHORT, "turn_seconds": 5 if streaming else 0.4} if name in SILENT else {}
        settings = configure(server.base_url, fallback="none", streaming=streaming, **limits)
        agent = build(settings, planner=ScriptedModel(script=[]))
        with pytest.raises(ModelFault) as caught:
            await ask(agent)
        assert caught.value.fault.code == expected
        assert LEAK not in str(caught.value)
        assert len(server.bodies) <= settings.model_calls
        switch.behaviour = say("All well.")
        assert (await ask(agent)).final.text == "All well."


BAD_CALL = {"name": "add", "args": "{", "id": "1", "error": None, "type": "invalid_tool_call"}


@pytest.mark.parametrize(
    ("finish", "words", "calls", "code"),
    [
        ("content_filter", "x", [], "E-LLM-FILTER"), ("length", "", [], "E-LLM-LENGTH"), ("length", "x", [BAD_CALL], "E-LLM-LENGTH"),
        ("abandoned", "x", [], "E-LLM-CUT"), ("stop", "x", [BAD_CALL], "E-TOOL-JSON"), ("stop", " ", [], "E-LLM-EMPTY"),
        ("stop", "x", [], None), ("length", "x", [], None), (None, "x", [], None),
    ],
)  # fmt: skip
async def test_a_useless_message_is_named(finish: str | None, words: str, calls: list, code: str | None) -> None:
    message = AIMessage(words, invalid_tool_calls=calls, response_metadata={"finish_reason": finish})
    fault = shortcoming(message)
    assert (fault.code if fault else None) == code


async def test_truncated_answer_is_kept_and_marked() -> None:
    with ScriptedServer(MISBEHAVIOURS["length"]) as server:
        run = await ask(build(configure(server.base_url)))
    assert run.final.text == "The answer is 12"
    assert run.final.response_metadata["incomplete"] == "E-LLM-LENGTH"
    assert [(notice["code"], notice["restart"]) for notice in run.notices] == [("E-LLM-LENGTH", False)]


async def test_one_server_error_is_mended_in_silence() -> None:
    with ScriptedServer([refuse(503, "busy"), say("Fine.")]) as server:
        run = await ask(build(configure(server.base_url)))
    assert (run.text, run.notices) == ("Fine.", [])


async def test_partial_text_is_dropped_before_asking_again() -> None:
    with ScriptedServer([MISBEHAVIOURS["error_in_stream"], say("The answer is 34")]) as server:
        run = await ask(build(configure(server.base_url)))
    assert run.text == "The answer is 34"
    assert [(notice["code"], notice["restart"]) for notice in run.notices] == [("E-LLM-UP", True)]


async def test_short_retry_after_is_waited_for_with_a_notice() -> None:
    with ScriptedServer([refuse(429, "slow down", retry_after=0.4), say("Fine.")]) as server:
        started = time.monotonic()
        run = await ask(build(configure(server.base_url)), language="zh")
        assert 0.4 <= time.monotonic() - started < 20
    assert run.text == "Fine."
    assert [notice["message"] for notice in run.notices] == ["排队中，约 1 秒后继续。"]


@pytest.mark.parametrize("bad", ['{"a": 20, "b": }', '{"a": 20, "b": 2', "[20, 2]"])
@pytest.mark.parametrize("whole", [True, False])
async def test_malformed_tool_call_is_asked_for_again_with_the_reason(bad: str, whole: bool) -> None:
    with ScriptedServer([call("add", bad, whole_calls=whole), call("add", {"a": 20, "b": 22}), say("42")]) as server:
        run = await ask(build(configure(server.base_url)))
        second = server.bodies[1]["messages"][-1]
    assert second["role"] == "user"
    assert "add: " in second["content"]
    assert run.text == "42"
    assert [message.content for message in run.messages if isinstance(message, ToolMessage)] == ["42"]


async def test_the_remark_about_a_malformed_call_is_not_kept_in_the_thread() -> None:
    with ScriptedServer([call("add", "{"), say("Fine."), say("Again.")]) as server:
        agent = build(configure(server.base_url))
        await ask(agent, "first")
        await ask(agent, "second")
        sent = [message["content"] for message in server.bodies[2]["messages"]]
    assert sent == ["You count.", "first", "Fine.", "second"]


async def test_what_a_person_typed_stays_here_and_comes_back() -> None:
    with ScriptedServer(say("I call [phone-1] for [customer-1].")) as server:
        people = {"people_in": lambda words: [name for name in ("杨佳萍",) if name in words]}
        run = await ask(build(configure(server.base_url), **people), "给杨佳萍打 13812345678")
        sent = server.bodies[0]["messages"][-1]["content"]
    assert sent == "给[customer-1]打 [phone-1]"
    assert run.final.text == "I call 13812345678 for 杨佳萍."


async def test_empty_answer_is_asked_for_again() -> None:
    with ScriptedServer([Reply(), say("Fine.")]) as server:
        run = await ask(build(configure(server.base_url)))
        assert len(server.requests) == 2
    assert run.text == "Fine."


async def test_context_overflow_keeps_system_and_last_turn() -> None:
    overflow = MISBEHAVIOURS["context_overflow"]
    with ScriptedServer([say("one"), overflow, say("two")]) as server:
        agent = build(configure(server.base_url))
        await ask(agent, "first question")
        run = await ask(agent, "second question")
        sent = [message["content"] for message in server.bodies[2]["messages"]]
    assert sent == ["You count.", "second question"]
    assert run.text == "two"
    assert [notice["code"] for notice in run.notices] == ["E-LLM-CONTEXT"]


async def test_context_overflow_after_a_remark_still_keeps_the_question() -> None:
    script = [say("one"), Reply(), MISBEHAVIOURS["context_overflow"], say("two")]
    with ScriptedServer(script) as server:
        agent = build(configure(server.base_url))
        await ask(agent, "first question")
        run = await ask(agent, "second question")
        sent = [message["content"] for message in server.bodies[3]["messages"]]
    assert sent[:2] == ["You count.", "second question"]
    assert len(sent) == 3
    assert run.text == "two"


async def test_tool_calls_with_one_id_are_told_apart() -> None:
    same = (Call("add", {"a": 1, "b": 1}), Call("add", {"a": 1, "b": 1}), Call("add", {"a": 2, "b": 2}))
    with ScriptedServer([Reply(calls=same), say("2 and 4")]) as server:
        run = await ask(build(configure(server.base_url)))
        sent = server.bodies[1]["messages"]
    assert sorted(message.content for message in run.messages if isinstance(message, ToolMessage)) == ["2", "4"]
    asked = [item["id"] for item in sent[2]["tool_calls"]]
    assert len(set(asked)) == 2
    assert sorted(asked) == sorted(message["tool_call_id"] for message in sent[3:])


async def test_a_server_that_numbers_its_calls_from_one_each_time() -> None:
    script = [call("add", {"a": 1, "b": 1}), call("add", {"a": 1, "b": 1}), say("2, twice")]
    with ScriptedServer(script) as server:
        run = await ask(build(configure(server.base_url)))
    asked = [item["id"] for message in run.messages if isinstance(message, AIMessage) for item in message.tool_calls]
    answered = [message.tool_call_id for message in run.messages if isinstance(message, ToolMessage)]
    assert asked == answered
    assert len(set(asked)) == 2


async def test_parallel_calls_streamed_in_fragments_arrive_whole() -> None:
    calls = (Call("add", {"a": 10, "b": 1}, id="x"), Call("add", {"a": 20, "b": 2}, id="y"))
    with ScriptedServer([Reply(text="Let me see.", calls=calls), say("11 and 22", repeat_finish=True)]) as server:
        run = await ask(build(configure(server.base_url)))
    assert sorted(message.content for message in run.messages if isinstance(message, ToolMessage)) == ["11", "22"]
    assert run.final.text == "11 and 22"
    assert run.final.usage_metadata["total_tokens"] == 18


async def test_planner_keeps_the_turn_and_sees_what_is_known() -> None:
    planner = ScriptedModel(script=[[("add", {"a": 2, "b": 2})], lambda messages: f"planner: {messages[-1].content}"])
    with ScriptedServer([call("add", {"a": 1, "b": 2}), Hang(), say("never asked")]) as server:
        run = await ask(build(configure(server.base_url, **SHORT), planner=planner))
        assert len(server.requests) == 2
    assert run.text == "planner: 4"
    assert [message.content for message in planner.seen[0] if isinstance(message, ToolMessage)] == ["3"]
    assert planner.offered[0] == ["add", "revenue", "broken", "slow"]


async def test_planner_is_not_shown_the_calls_that_failed() -> None:
    calls = (Call("add", {"a": 1, "b": 2}, id="x"), Call("send_all_sms", id="y"))
    planner = ScriptedModel(script=[[("broken", {})], "planner answer"])
    with ScriptedServer([Reply(calls=calls), call("add", {"a": "one"}), refuse(402, "pay first")]) as server:
        run = await ask(build(configure(server.base_url), planner=planner))
    assert run.text == "planner answer"
    first, second = ([(message.type, message.text) for message in seen] for seen in planner.seen)
    assert first == [("system", "You count."), ("human", "How much?"), ("ai", ""), ("tool", "3")]
    assert [call["id"] for call in planner.seen[0][2].tool_calls] == ["x"]
    assert [kind for kind, _ in second[4:]] == ["ai", "tool"]  # its own failure it does see


async def test_a_planner_that_loops_is_stopped() -> None:
    planner = ScriptedModel(script=[[("add", {"a": 1, "b": 1})]] * 9)
    with ScriptedServer(refuse(500, "down")) as server, pytest.raises(ModelFault) as caught:
        await ask(build(configure(server.base_url), planner=planner))
    assert caught.value.fault.code == "E-STEPS"
    assert len(planner.seen) == 3


async def test_one_time_budget_for_the_whole_turn() -> None:
    slow_calls = call("add", {"a": 1, "b": 2}, pause=0.1)
    with ScriptedServer(slow_calls) as server:
        agent = build(configure(server.base_url, turn_seconds=3, model_calls=50, fallback="none"))
        started = time.monotonic()
        with pytest.raises(ModelFault) as caught:
            await ask(agent)
        assert time.monotonic() - started < 15  # 50 calls would take 20 s
        assert len(server.requests) > 1
    assert caught.value.fault.code == "E-LLM-TIMEOUT"


async def test_each_turn_has_a_fresh_budget() -> None:
    with ScriptedServer(say("Fine.")) as server:
        agent = build(configure(server.base_url, model_calls=1))
        assert [(await ask(agent)).text for _ in range(3)] == ["Fine."] * 3


async def test_a_cancelled_turn_leaves_a_usable_thread(tmp_path: Any) -> None:
    calls = (Call("add", {"a": 1, "b": 2}, id="x"), Call("slow", id="y"))
    with ScriptedServer([Reply(calls=calls), say("Back again."), say("Still here.")]) as server:
        async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "threads.sqlite")) as saver:
            agent = build(configure(server.base_url), saver=saver)
            await cancel_after(agent, lambda seen: len(seen.messages) > 1)  # add is done, slow is running
            run = await ask(agent, "second")
            await ask(agent, "third")
        sent = server.bodies[2]["messages"]
    assert run.text == "Back again."
    assert [type(message) for message in run.messages] == [AIMessage]  # the repair is not part of the turn
    assert [message["role"] for message in sent] == [
        "system", "user", "assistant", "tool", "tool", "user", "assistant", "user",
    ]
    assert {message["tool_call_id"] for message in sent[3:5]} == {"x", "y"}
    assert [message["content"] for message in sent[5:]] == ["second", "Back again.", "third"]


async def test_cancelling_hangs_up_on_the_server() -> None:
    with ScriptedServer(say("The answer is", ending="stall")) as server:
        agent = build(configure(server.base_url))
        await cancel_after(agent, lambda seen: seen.text)
        deadline = time.monotonic() + 20
        while not server.hang_ups and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert server.hang_ups == 1


@pytest.mark.parametrize(("language", "sentence"), [("en", "No orders in 2024-13."), ("zh", "2024-13 没有订单。")])
async def test_a_refusal_reaches_the_model_in_words(
    language: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot import catalogue

    entry = {"error.guard_test_no_month": {"en": "No orders in {month}.", "zh": "{month} 没有订单。"}}
    monkeypatch.setattr(catalogue, "entries", lambda known=catalogue.entries(): {**known, **entry})
    with ScriptedServer([call("revenue", {"month": "2024-13"}), say("No such month.")]) as server:
        run = await ask(build(configure(server.base_url)), language=language)
        assert server.bodies[1]["messages"][-1]["content"] == f"<data>\n{sentence}\n</data>"  # it may quote the data
    result = next(message for message in run.messages if isinstance(message, ToolMessage))
    assert (result.status, result.additional_kwargs["code"]) == ("error", "guard_test_no_month")
    assert run.text == "No such month."


@pytest.mark.parametrize("name", ["broken", "revenue"])  # a bug, and a refusal that lacks its sentence
async def test_a_bug_in_a_tool_ends_neither_run_nor_leaks(name: str, caplog: pytest.LogCaptureFixture) -> None:
    arguments = {} if name == "broken" else {"month": SECRET}
    with ScriptedServer([call(name, arguments), say("That part failed.")]) as server:
        run = await ask(build(configure(server.base_url)))
        told = server.bodies[1]["messages"][-1]["content"]
    result = next(message for message in run.messages if isinstance(message, ToolMessage))
    assert (result.status, result.additional_kwargs["code"]) == ("error", "E-BUG")
    assert SECRET not in told
    assert result.additional_kwargs["log_id"] in told
    assert result.additional_kwargs["log_id"] in caplog.text
    assert SECRET in caplog.text
    assert run.text == "That part failed."


async def test_an_unknown_failure_of_the_model_class_is_a_bug_with_a_log() -> None:
    model = ScriptedModel(script=[RuntimeError("boom")])
    with pytest.raises(ModelFault) as caught:
        await ask(build(configure("http://127.0.0.1:9/v1"), model=model))
    assert caught.value.fault.code == "E-BUG"


async def test_a_server_that_is_not_there() -> None:
    with ScriptedServer(say("x")) as server:
        address = server.base_url
    with pytest.raises(ModelFault) as caught:
        await ask(build(configure(address)))
    assert caught.value.fault.code == "E-LLM-UP"
