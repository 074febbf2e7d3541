"""The model client as it goes over the wire, and the stand-ins used to test everything above it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_core.tools import tool

from copilot.faults import ModelFault
from copilot.model import build_model
from copilot.settings import Settings
from copilot.testing import Call, Reply, ScriptedModel, ScriptedServer, ScriptEnded, call, say

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def configure(base_url: str | None, **knobs: Any) -> Settings:
    return Settings(_env_file=None, **{"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": None, **knobs})


async def test_what_goes_over_the_wire() -> None:
    with ScriptedServer(say("Hello.")) as server:
        # Under such a name the class would pick another API if left to itself.
        model = build_model(configure(server.base_url, model="gpt-5.6-sol"))
        message = await model.bind_tools([add]).ainvoke("Hi")
        [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer not-needed"
    assert request.body["stream_options"] == {"include_usage": True}
    assert "temperature" not in request.body
    assert [item["function"]["name"] for item in request.body["tools"]] == ["add"]
    assert message.text == "Hello."
    assert message.usage_metadata["output_tokens"] == 7
    assert message.response_metadata["finish_reason"] == "stop"


async def test_key_and_temperature_are_sent_when_set() -> None:
    with ScriptedServer(say("Hello.")) as server:
        # (for the gpt-5 family the class itself drops the temperature: they refuse it)
        settings = configure(server.base_url, OPENAI_API_KEY="k-1", model="qwen3-32b", temperature=0.3)
        await build_model(settings).ainvoke("Hi")
        [request] = server.requests
    assert request.headers["authorization"] == "Bearer k-1"
    assert request.body["temperature"] == 0.3


def test_without_an_address_it_is_openai() -> None:
    model = build_model(configure(None, OPENAI_API_KEY="k-1"))
    assert str(model.root_async_client.base_url) == "https://api.openai.com/v1/"
    assert model.root_async_client.max_retries == 0


async def test_a_proxy_in_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with ScriptedServer(say("Hello.")) as server:
        assert (await build_model(configure(server.base_url)).ainvoke("Hi")).text == "Hello."


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("whole", [True, False])
async def test_tool_calls_arrive_whole_however_they_are_sent(streaming: bool, whole: bool) -> None:
    calls = (Call("add", {"a": 1, "b": 2}, id="x"), Call("add", {"a": 30, "b": 40}, id="y"))
    with ScriptedServer(Reply(text="Adding.", calls=calls, whole_calls=whole)) as server:
        message = await build_model(configure(server.base_url, streaming=streaming)).ainvoke("Add")
        assert server.bodies[0].get("stream", False) is streaming
    assert message.text == "Adding."
    assert [(item["id"], item["args"]) for item in message.tool_calls] == [
        ("x", {"a": 1, "b": 2}), ("y", {"a": 30, "b": 40}),
    ]
    assert message.response_metadata["finish_reason"] == "tool_calls"


async def test_a_finish_reason_sent_twice_is_read_once() -> None:
    with ScriptedServer(say("Hello.", repeat_finish=True)) as server:
        message = await build_model(configure(server.base_url)).ainvoke("Hi")
    assert message.response_metadata["finish_reason"] == "stop"


async def test_a_streamed_call_with_truncated_json_is_not_completed_by_guesswork() -> None:
    cut = '{"a": 1, "b": 20'  # was to be 2000
    with ScriptedServer(call("add", cut)) as server, pytest.raises(ModelFault) as caught:
        await build_model(configure(server.base_url)).ainvoke("Add")
    assert caught.value.fault.code == "E-TOOL-JSON"


async def test_the_first_token_may_take_longer_than_a_later_silence() -> None:
    limits = {"first_token_seconds": 4, "idle_seconds": 0.6}
    with ScriptedServer([Reply(text="Late", pause=0.1), Reply(text="Never", ending="stall")]) as server:
        model = build_model(configure(server.base_url, **limits))
        assert (await model.ainvoke("Hi")).text == "Late"
        started = time.monotonic()
        with pytest.raises(ModelFault) as caught:
            await model.ainvoke("Hi")
        assert 0.6 <= time.monotonic() - started < 20
    assert (caught.value.fault.code, caught.value.fault.partial) == ("E-LLM-CUT", True)


async def test_silence_before_the_first_token_is_allowed_up_to_its_own_limit() -> None:
    limits = {"first_token_seconds": 0.5, "idle_seconds": 0.1}
    with ScriptedServer(Reply(ending="stall")) as server:  # the headers and an empty delta come at once
        started = time.monotonic()
        with pytest.raises(ModelFault) as caught:
            await build_model(configure(server.base_url, **limits)).ainvoke("Hi")
        assert 0.5 <= time.monotonic() - started < 20
    assert caught.value.fault.code == "E-LLM-TIMEOUT"


async def test_a_cancelled_stream_hangs_up() -> None:
    with ScriptedServer(say("Hello", ending="stall")) as server:
        model = build_model(configure(server.base_url))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.ainvoke("Hi"), 0.3)
        deadline = time.monotonic() + 20
        while not server.hang_ups and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert server.hang_ups == 1


async def test_a_server_script_can_be_a_function_of_the_request() -> None:
    with ScriptedServer(lambda body: say(body["messages"][-1]["content"].upper())) as server:
        assert (await build_model(configure(server.base_url)).ainvoke("shout")).text == "SHOUT"


async def test_a_server_script_that_ended_says_so() -> None:
    with ScriptedServer([]) as server, pytest.raises(ModelFault) as caught:
        await build_model(configure(server.base_url)).ainvoke("Hi")
    assert "501" in caught.value.fault.detail


async def test_a_scripted_model_plays_its_outputs_in_turn() -> None:
    model = ScriptedModel(script=["One.", [("add", {"a": 1, "b": 2})], lambda messages: messages[-1].text[::-1]])
    bound = model.bind_tools([add])
    pieces = [piece async for piece in bound.astream("Hi")]
    assert len(pieces) > 1
    assert all(isinstance(piece, AIMessageChunk) for piece in pieces)
    assert "".join(piece.text for piece in pieces) == "One."
    assert (await bound.ainvoke("Hi")).tool_calls[0]["args"] == {"a": 1, "b": 2}
    assert (await bound.ainvoke([HumanMessage("abc")])).text == "cba"
    with pytest.raises(ScriptEnded):
        await bound.ainvoke("Hi")
    assert model.offered == [["add"]] * 4
    assert [messages[-1].text for messages in model.seen] == ["Hi", "Hi", "abc", "Hi"]
