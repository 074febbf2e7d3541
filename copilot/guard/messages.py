"""What is wrong with a model's message, and how to put a message or a request right."""

from __future__ import annotations

import uuid
from dataclasses import replace
from itertools import takewhile
from typing import Any

from langchain.agents.middleware import ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall, ToolMessage

from copilot.asides import THOUGHTS, without_thoughts
from copilot.faults import Fault, json_problem

FINISHED = {None, "stop", "tool_calls", "function_call", "length"}
"""Reasons that end a message; None is for models that are not servers (a served stream needs one)."""
REMARK = "remark"
"""Marks a message of the guard's own among the person's questions; it is not sent."""


def shortcoming(message: AIMessage) -> Fault | None:
    """Name what makes a finished message useless; None for a usable one.

    The agent itself takes each of these for a final answer.
    """
    finish = message.response_metadata.get("finish_reason")
    shown = message.text.strip()
    wants_tools = bool(message.tool_calls or message.invalid_tool_calls)
    if finish == "content_filter":
        return Fault("E-LLM-FILTER", partial=bool(shown))
    if finish == "length" and (wants_tools or not shown):
        return Fault("E-LLM-LENGTH", partial=bool(shown))
    if finish not in FINISHED:
        return Fault("E-LLM-CUT", partial=bool(shown), detail="unknown finish_reason")
    if message.invalid_tool_calls:
        problems = [json_problem(call["name"] or "?", call["args"] or "") for call in message.invalid_tool_calls]
        return Fault("E-TOOL-JSON", partial=bool(shown), problem="; ".join(problems))
    if not wants_tools and not shown:
        return Fault("E-LLM-EMPTY")
    return None


def without_orphans(message: AIMessage) -> AIMessage:
    """Take out thoughts of which only the end was marked: the stream could not know them in time."""
    if not isinstance(message.content, str) or THOUGHTS[1] not in message.content:
        return message
    return message.model_copy(update={"content": without_thoughts(message.content)})


def answer_of(response: ModelResponse) -> AIMessage:
    return next(message for message in response.result if isinstance(message, AIMessage))


def with_answer(response: ModelResponse, message: AIMessage) -> ModelResponse:
    result = [message if isinstance(item, AIMessage) else item for item in response.result]
    return replace(response, result=result)


def with_metadata(message: AIMessage, **entries: Any) -> AIMessage:
    return message.model_copy(update={"response_metadata": {**message.response_metadata, **entries}})


def with_unique_ids(message: AIMessage, earlier: list[AnyMessage]) -> AIMessage:
    """Give every tool call an id of its own in the thread: an exact repeat is dropped, another call renamed.

    Some servers number the calls of each answer from zero.
    """
    taken = {call["id"] for item in earlier if isinstance(item, AIMessage) for call in item.tool_calls}
    seen: list[ToolCall] = []
    calls: list[ToolCall] = []
    for call in message.tool_calls:
        if call in seen:
            continue
        seen.append(call)
        call_id = call["id"] if call["id"] and call["id"] not in taken else f"call_{uuid.uuid4().hex[:12]}"
        taken.add(call_id)
        calls.append({**call, "id": call_id})
    return message.model_copy(update={"tool_calls": calls})


def without_failed_calls(messages: list[AnyMessage], *names: str) -> list[AnyMessage]:
    """Leave out the tool calls that ended in an error, and those of the tools in `names`, with their results."""
    kept: list[AnyMessage] = []
    for index, message in enumerate(messages):
        if isinstance(message, ToolMessage) and _left_out(message, names):
            continue
        if isinstance(message, AIMessage) and message.tool_calls:
            results = takewhile(lambda item: isinstance(item, ToolMessage), messages[index + 1 :])
            wrong = {result.tool_call_id for result in results if _left_out(result, names)}
            calls = [call for call in message.tool_calls if call["id"] not in wrong]
            if not calls and not message.text:
                continue
            message = message.model_copy(update={"tool_calls": calls})
        kept.append(message)
    return kept


def _left_out(result: ToolMessage, names: tuple[str, ...]) -> bool:
    return result.status == "error" or result.name in names


def with_remark(request: ModelRequest, remark: str) -> ModelRequest:
    """Add a remark for this request only; the thread does not keep it.

    The unusable message is left out: servers that parse tool calls reject malformed ones.
    """
    message = HumanMessage(remark, additional_kwargs={REMARK: True})
    return request.override(messages=[*request.messages, message])


def earlier_results(messages: list[AnyMessage]) -> list[str]:
    """What the tools of earlier turns found, as the model was told."""
    asked = max((place for place, message in enumerate(messages) if isinstance(message, HumanMessage)), default=0)
    results = [message for message in messages[:asked] if isinstance(message, ToolMessage)]
    return [message.text for message in results if message.status != "error"]
