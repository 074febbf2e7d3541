"""Servers of every kind: without tool calls, without streaming, that think aloud, that read little; and a second one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool

from copilot.asides import without_thoughts
from copilot.bootstrap import open_copilot
from copilot.faults import ModelFault
from copilot.model import ServedModel, build_model
from copilot.session import AnswerFailed, Copilot
from copilot.settings import PLANNER, Settings
from copilot.testing import (
    MISBEHAVIOURS,
    Behaviour,
    Call,
    Page,
    Reply,
    ScriptedServer,
    Stage,
    call,
    refuse,
    say,
)

pytestmark = pytest.mark.anyio

ADD = '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call>'


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@pytest.fixture
def model(server: ScriptedServer) -> Callable[..., ServedModel]:
    def make(**knobs: Any) -> ServedModel:
        base = {"base_url": server.base_url, "model": "m", "first_token_seconds": 5, "idle_seconds": 5}
        return build_model(Settings(_env_file=None, **{**base, **knobs}))

    return make


# --- tools --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        refuse(400, "registry.ollama.ai/library/gemma does not support tools"),
        refuse(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
        refuse(404, "No endpoints found that support tool use"),
        refuse(422, "extra fields not permitted: tools"),
        Page(500, '{"error": {"code": 500, "message": "tools param requires --jinja flag", "type": "server_error"}}'),
    ],
    ids=["ollama", "vllm", "router", "strict", "llama.cpp"],
)
async def test_a_server_without_tool_calls_is_given_the_tools_in_words(
    model: Callable[..., ServedModel], stage: Stage, server: ScriptedServer, refusal: Behaviour
) -> None:
    bound = model().bind_tools([add])
    stage.play([refusal, say(f"Let me add. {ADD}"), say("It is 3.")])
    first = await bound.ainvoke([SystemMessage("You count."), HumanMessage("1 + 2?")])
    assert [(item["name"], item["args"]) for item in first.tool_calls] == [("add", {"a": 1, "b": 2})]
    assert first.text.strip() == "Let me add."
    result = ToolMessage("3", tool_call_id=first.tool_calls[0]["id"], name="add")
    second = await bound.ainvoke([SystemMessage("You count."), HumanMessage("1 + 2?"), first, result])
    assert second.text == "It is 3."
    tried, asked, told = server.bodies  # what was turned down is not tried again
    assert "tools" in tried
    assert "tools" not in asked
    assert "tools" not in told
    assert "Add two numbers." in asked["messages"][0]["content"]
    assert [message["role"] for message in told["messages"]] == ["system", "user", "assistant", "user"]
    assert '"name": "add"' in told["messages"][2]["content"]
    assert "3" in told["messages"][3]["content"]


async def test_several_calls_in_words_and_one_that_never_ends(
    model: Callable[..., ServedModel], stage: Stage, server: ScriptedServer
) -> None:
    bound = model(tool_calls="text").bind_tools([add])
    other = ADD.replace('"a": 1', '"a": 10').removesuffix("</tool_call>")  # the mark was the server's stop word
    stage.play(say(f"{ADD}\n{other}"))
    message = await bound.ainvoke("Both")
    assert [item["args"]["a"] for item in message.tool_calls] == [1, 10]
    assert len({item["id"] for item in message.tool_calls}) == 2
    assert "tools" not in server.bodies[0]


@pytest.mark.parametrize("body", ['{"name": "add", "arguments": {"a": 1', '{"arguments": {}}', '["add"]'])
async def test_a_call_in_words_that_cannot_be_read_is_named(
    model: Callable[..., ServedModel], stage: Stage, body: str
) -> None:
    stage.play(say(f"<tool_call>{body}</tool_call>"))
    with pytest.raises(ModelFault) as caught:
        await model(tool_calls="text").bind_tools([add]).ainvoke("Add")
    assert caught.value.fault.code == "E-TOOL-JSON"


async def test_a_call_that_a_server_forgot_to_read_is_read(model: Callable[..., ServedModel], stage: Stage) -> None:
    stage.play(say(ADD))
    message = await model().bind_tools([add]).ainvoke("Add")
    assert message.tool_calls[0]["args"] == {"a": 1, "b": 2}
    assert message.text == ""


# --- options ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("temperature", "Unsupported value: 'temperature' does not support 0.3 with this model."),
        ("stream_options", "Unrecognized request argument supplied: stream_options"),
        ("stream", "streaming is not supported by this model"),
    ],
)
async def test_what_a_server_turns_down_is_left_out_from_then_on(
    model: Callable[..., ServedModel], stage: Stage, server: ScriptedServer, option: str, message: str
) -> None:
    served = model(temperature=0.3)
    stage.play([refuse(400, message), say("Fine."), say("Again.")])
    assert (await served.ainvoke("Hi")).text == "Fine."
    assert (await served.ainvoke("Hi")).text == "Again."
    assert [bool(body.get(option)) for body in server.bodies] == [True, False, False]


@pytest.mark.parametrize("calls", [(), (Call("add", {"a": 1, "b": 2}, id="x"), Call("add", {"a": 3, "b": 4}, id="y"))])
async def test_an_answer_that_does_not_stream(
    model: Callable[..., ServedModel], stage: Stage, server: ScriptedServer, calls: tuple[Call, ...]
) -> None:
    stage.play(Reply(text="Whole.", calls=calls))
    message = await model(streaming=False).bind_tools([add]).ainvoke("Hi")
    assert message.text == "Whole."
    assert [item["id"] for item in message.tool_calls] == [each.id for each in calls]
    assert message.usage_metadata["total_tokens"] == 18
    assert not server.bodies[0]["stream"]


# --- thoughts -----------------------------------------------------------------------------


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(reasoning="Secret thoughts. " * 9, text="The answer."),
        say("<think>Secret thoughts about <b> and < signs.</think>The answer."),
        say("<think>Secret</think>The <think>Secret again</think>answer."),
    ],
    ids=["field", "marks", "twice"],
)
async def test_thoughts_are_never_shown(
    model: Callable[..., ServedModel], stage: Stage, reply: Reply, streaming: bool
) -> None:
    stage.play(reply)
    pieces = [piece.text async for piece in model(streaming=streaming).astream("Hi")]
    assert "".join(pieces) == "The answer."


async def test_thoughts_that_no_mark_opens_are_held_back_once_they_are_known(
    model: Callable[..., ServedModel], stage: Stage
) -> None:
    served = model()
    stage.play([say("Secret.</think>The answer."), say("Secret.</think>The answer."), say("No thought at all.")])
    first = "".join([piece.text async for piece in served.astream("Hi")])
    second = "".join([piece.text async for piece in served.astream("Hi")])
    third = "".join([piece.text async for piece in served.astream("Hi")])
    assert first.endswith("The answer.")
    assert second == "The answer."
    assert third == "No thought at all."


@pytest.mark.parametrize(
    ("words", "left"),
    [("a</think>b", "b"), ("<think>a</think> b", "b"), ("b <think>a", "b"), ("a < b and c > d", "a < b and c > d")],
)
def test_thoughts_leave_the_final_text_whatever_mark_is_missing(words: str, left: str) -> None:
    assert without_thoughts(words) == left


async def test_the_thoughts_of_an_answer_do_not_reach_answer_or_history(
    served: Copilot, stage: Stage, server: ScriptedServer
) -> None:
    stage.play([say("Secret plan.</think>It is fine."), say("Still fine.")])
    first = await served.ask("How is it?", thread="thinks")
    await served.ask("And now?", thread="thinks")
    assert first.text == "It is fine."
    assert "Secret" not in str(server.bodies[1]["messages"])


# --- cuts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["cut", "done"])
async def test_a_stream_cut_after_any_of_its_events_is_never_an_answer(
    model: Callable[..., ServedModel], stage: Stage, ending: str
) -> None:
    def cut(body: dict[str, Any]) -> Behaviour:
        events = int(body["messages"][-1]["content"])
        return Reply(text="word " * 60, calls=(Call("add", {"a": 1, "b": 2}),), finish=None, usage=False,
                     events=events, ending=ending)  # fmt: skip

    stage.play(cut)
    bound = model(first_token_seconds=60, idle_seconds=60).bind_tools([add])  # fifty at once on a busy machine
    ended = await asyncio.gather(*(bound.ainvoke(str(events)) for events in range(50)), return_exceptions=True)
    assert {type(each) for each in ended} == {ModelFault}
    assert {each.fault.code for each in ended} <= {"E-LLM-CUT", "E-LLM-EMPTY", "E-LLM-UP", "E-LLM-PROTO"}


# --- a second model -----------------------------------------------------------------------


@pytest.fixture(scope="module")
async def doubled(model_settings: Callable[..., Settings]) -> AsyncIterator[Copilot]:
    prices = {"price_input": 1.0, "price_output": 1.0, "price_input_2": 100.0, "price_output_2": 100.0}
    async with open_copilot(model_settings(model_2="scripted-2", model_calls=6, **prices)) as opened:
        yield opened


def by_model(first: Behaviour, second: Behaviour) -> Callable[[dict[str, Any]], Behaviour]:
    return lambda body: second if body["model"] == "scripted-2" else first


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["error_503", "cut", "rate_long", "quota", "unknown_model", "content_filter"])
async def test_a_second_model_answers_and_says_so(
    doubled: Copilot, stage: Stage, server: ScriptedServer, name: str, language: str
) -> None:
    stage.play(by_model(MISBEHAVIOURS[name], say("Here I am.")))
    answer = await doubled.ask("Hello?", language=language)
    assert (answer.text, answer.model) == ("Here I am.", "scripted-2")
    [warning] = answer.warnings
    assert warning.code == answer.fallback_from
    assert "scripted-2" in warning.message
    # A filtered reply is paid for at the first one's price; the other failures cost nothing.
    assert answer.usage.cost == pytest.approx((18 * 100 + (18 if name == "content_filter" else 0)) / 1e6)


async def test_the_second_model_goes_on_where_the_first_one_broke_off(doubled: Copilot, stage: Stage) -> None:
    script = {"scripted-1": iter([call("tier_overview"), refuse(500, "down"), refuse(500, "down")]),
              "scripted-2": iter([call("data_health"), say("Done.")])}  # fmt: skip
    stage.play(lambda body: next(script[body["model"]]))
    answer = await doubled.ask("How are the tiers?")
    assert [item.name for item in answer.tool_calls] == ["tier_overview", "data_health"]
    assert (answer.text, answer.model) == ("Done.", "scripted-2")


async def test_when_both_fail_the_planner_answers(doubled: Copilot, stage: Stage) -> None:
    stage.play(refuse(503, "down"))
    answer = await doubled.ask("How many dormant customers do we have?")
    assert answer.model == PLANNER
    assert [warning.code for warning in answer.warnings] == ["E-LLM-UP", "E-LLM-UP"]
    assert "WELLSPRING_BASE_URL_2" in answer.warnings[1].message
    assert answer.evidence


@pytest.mark.parametrize(("dead", "name"), [("scripted-1", "OPENAI_API_KEY"), ("scripted-2", "WELLSPRING_API_KEY_2")])
async def test_a_dead_key_of_either_is_told(doubled: Copilot, stage: Stage, dead: str, name: str) -> None:
    stage.play(lambda body: refuse(401, "no") if body["model"] == dead else refuse(500, "down"))
    with pytest.raises(AnswerFailed) as caught:
        await doubled.ask("Hello?")
    assert caught.value.event.code == "E-LLM-AUTH"
    assert name in caught.value.event.message


def test_a_key_goes_to_no_address_but_its_own() -> None:
    first = {"api_key": "sk-first", "base_url": "http://a/v1", "model_2": "m2"}
    assert Settings(_env_file=None, **first).second.api_key.get_secret_value() == "sk-first"
    elsewhere = Settings(_env_file=None, **first, base_url_2="http://b/v1").second
    assert elsewhere.api_key is None
    own = Settings(_env_file=None, **first, base_url_2="http://b/v1", api_key_2="sk-own").second
    assert own.api_key.get_secret_value() == "sk-own"
    assert Settings(_env_file=None).second is None


def test_what_was_said_by_a_person_and_a_tool_is_one_message_in_words() -> None:
    from copilot.toolwords import in_words

    asked = AIMessage("", tool_calls=[{"name": "add", "args": {"a": 1}, "id": "x"}])
    messages = [HumanMessage("q"), asked, ToolMessage("1", tool_call_id="x", name="add"), HumanMessage("remark")]
    assert [message.type for message in in_words(messages, [])] == ["system", "human", "ai", "human"]
