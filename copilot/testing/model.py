"""A chat model with a queue of outputs, for tests of the agent without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field, PrivateAttr


class ScriptEnded(Exception):
    """The model was called more often than its script has outputs."""


class ScriptedModel(BaseChatModel):
    """Give the outputs of `script` in turn.

    An output is a text, an AIMessage, a list of tool calls `[("tool", {args}), …]`, an
    exception to raise, or a function of the messages that returns one of these.
    `seen` keeps the messages of each call, `offered` the names of the tools bound to it.
    """

    script: list[Any]
    seen: list[list[BaseMessage]] = Field(default_factory=list)
    offered: list[list[str]] = Field(default_factory=list)
    _position: int = PrivateAttr(0)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = self._next(messages, kwargs.get("tools", []))
        return ChatResult(generations=[ChatGeneration(message=message, generation_info=_info(message))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message = self._next(messages, kwargs.get("tools", []))
        for chunk in _chunks(message):
            generation = ChatGenerationChunk(message=chunk)
            if chunk.chunk_position == "last":
                generation.generation_info = _info(message)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=generation)
            yield generation

    def _next(self, messages: list[BaseMessage], tools: list[dict[str, Any]]) -> AIMessage:
        self.seen.append(list(messages))
        self.offered.append([tool["function"]["name"] for tool in tools])
        if self._position >= len(self.script):
            raise ScriptEnded(f"the script has {len(self.script)} outputs")
        output = self.script[self._position]
        self._position += 1
        if callable(output):
            output = output(messages)
        if isinstance(output, Exception):
            raise output
        return _message(output, f"call_{self._position}")


def _message(output: Any, call_id: str) -> AIMessage:
    if isinstance(output, AIMessage):
        return output
    if isinstance(output, str):
        return AIMessage(output)
    calls = [
        {"name": name, "args": arguments, "id": f"{call_id}_{index}"}
        for index, (name, arguments) in enumerate(output)
    ]
    return AIMessage("", tool_calls=calls)


def _info(message: AIMessage) -> dict[str, Any]:
    finish = "tool_calls" if message.tool_calls else "stop"
    return {"finish_reason": finish, "model_name": "scripted", **message.response_metadata}


def _chunks(message: AIMessage) -> Iterator[AIMessageChunk]:
    text = message.text
    for start in range(0, len(text), 4):
        yield AIMessageChunk(content=text[start : start + 4])
    for index, call in enumerate(message.tool_calls):
        arguments = json.dumps(call["args"], ensure_ascii=False)
        yield AIMessageChunk(
            content="",
            tool_call_chunks=[tool_call_chunk(name=call["name"], args=arguments, id=call["id"], index=index)],
        )
    yield AIMessageChunk(
        content="", additional_kwargs=message.additional_kwargs,
        usage_metadata=message.usage_metadata, chunk_position="last",
    )
