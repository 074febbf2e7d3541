"""Tools for models without tool calls: listed in the prompt, called and answered in plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk

from copilot.asides import CALLS
from copilot.faults import Fault, ModelFault, json_problem
from copilot.prompts import load_prompt


def in_words(messages: Sequence[AnyMessage], tools: Iterable[dict[str, Any]]) -> list[AnyMessage]:
    """The messages with the tools in the system text, calls as text and results as a person's messages."""
    listed = "\n".join(json.dumps(tool["function"], ensure_ascii=False) for tool in tools)
    told = load_prompt("tools_in_words", tools=listed, opening=CALLS[0], closing=CALLS[1])
    system = "\n\n".join([*(message.text for message in messages if isinstance(message, SystemMessage)), told])
    rest = [message for message in messages if not isinstance(message, SystemMessage)]
    return [SystemMessage(system), *_spoken(rest)]


def _spoken(messages: list[AnyMessage]) -> Iterable[AnyMessage]:
    """One message a speaker: some templates refuse two of the same in a row."""
    for kind, group in groupby(messages, key=lambda message: isinstance(message, AIMessage)):
        words = "\n\n".join(_words(message) for message in group)
        yield AIMessage(words) if kind else HumanMessage(words)


def _words(message: AnyMessage) -> str:
    if isinstance(message, ToolMessage):
        return f"{message.name or 'tool'} ({message.tool_call_id}):\n{message.text}"
    if isinstance(message, AIMessage):
        return "\n".join([message.text, *(_written(call["name"], call["args"]) for call in message.tool_calls)]).strip()
    return message.text


def _written(name: str, arguments: dict[str, Any]) -> str:
    return f"{CALLS[0]}{json.dumps({'name': name, 'arguments': arguments}, ensure_ascii=False)}{CALLS[1]}"


def calls_in(bodies: Iterable[str], first: int) -> list[ToolCallChunk]:
    """Read calls written as text, numbered from `first`. Raises ModelFault for one that cannot be read."""
    found = []
    for index, body in enumerate(bodies, first):
        read = _read(body)
        arguments = json.dumps(read.get("arguments") or {}, ensure_ascii=False)
        found.append(tool_call_chunk(name=read["name"], args=arguments, id=f"call_{index}", index=index))
    return found


def _read(body: str) -> dict[str, Any]:
    if problem := json_problem("tool_call", body.strip()):
        raise ModelFault(Fault("E-TOOL-JSON", problem=problem))
    read = json.loads(body)
    if not isinstance(read.get("name"), str) or not isinstance(read.get("arguments") or {}, dict):
        raise ModelFault(Fault("E-TOOL-JSON", problem='tool_call: needs "name" and "arguments"'))
    return read
