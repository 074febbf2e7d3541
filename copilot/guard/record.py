"""The earlier turns of a thread in few words: what was asked, found, settled and answered.

Written by code from the messages themselves, never by a model: figures and decisions stand as they stood.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from copilot.catalogue import text
from copilot.guard.excerpts import CLOSING, MORE, OPENING, tokens
from copilot.privacy import fence

Turn = list[AnyMessage]


@dataclass(frozen=True)
class Detail:
    """How much is kept of each turn."""

    question: int
    """Characters of the question."""
    lines: int
    """Lines of data of each result."""
    answer: int
    """Characters of the answer."""
    line: int = 200
    """Characters of a line of data."""


DETAILS = (Detail(400, 12, 240), Detail(300, 6, 120), Detail(200, 3, 0), Detail(120, 1, 0, 120), Detail(60, 1, 0, 80))
"""From the fullest to the shortest: the fullest that there is room for is taken."""


def record(turns: list[Turn], room: int, language: str) -> str:
    """The turns as a numbered record, fenced as data; the shortest form may be longer than `room` tokens."""
    for detail in DETAILS:
        written = "\n".join(_turn(number, turn, detail, language) for number, turn in enumerate(turns, 1))
        told = f"{text('guard.record', language)}\n{fence(written)}"
        if tokens(told) <= room:
            break
    return told


def _turn(number: int, turn: Turn, detail: Detail, language: str) -> str:
    lines = [f"{number}. {text('guard.asked', language)} {_short(turn[0].text, detail.question)}"]
    calls = {call["id"]: call for message in turn if isinstance(message, AIMessage) for call in message.tool_calls}
    for message in turn:
        if isinstance(message, ToolMessage) and message.status != "error" and message.name != MORE:
            lines += _result(message, calls.get(message.tool_call_id), detail)
    answer = turn[-1].text if isinstance(turn[-1], AIMessage) else ""
    if answer and detail.answer:
        lines.append(f"   {text('guard.answered', language)} {_short(answer, detail.answer)}")
    return "\n".join(lines)


def _result(message: ToolMessage, call: dict | None, detail: Detail) -> list[str]:
    arguments = {name: value for name, value in (call or {}).get("args", {}).items() if value not in ("", None, [], {})}
    said = _short(json.dumps(arguments, ensure_ascii=False), detail.line)
    head = f"   {message.name} {said} -> [result {message.tool_call_id}]"
    kept = [line for block in str(message.content).split("\n\n") for line in _gist(block, detail.lines)]
    return [head, *(f"     {_short(line, detail.line)}" for line in kept)]


def _gist(block: str, lines: int) -> list[str]:
    """The first line of a result, and the first of its data; of a passage its id and title."""
    head, *rest = block.splitlines() or [""]
    if head == OPENING:
        return [line for line in rest if line != CLOSING][:lines]
    data = rest[rest.index(OPENING) + 1 :] if OPENING in rest else []
    data = [line for line in data if line != CLOSING]
    return [head, *data[: 1 if head.startswith("[") else lines]]


def _short(words: str, characters: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= characters else f"{line[: characters - 1]}…"


def turns_of(messages: list[AnyMessage], remark: str) -> list[Turn]:
    """Part the messages at each question; a message marked `remark` is nobody's question."""
    turns: list[Turn] = []
    for message in messages:
        if not turns or (isinstance(message, HumanMessage) and remark not in message.additional_kwargs):
            turns.append([])
        turns[-1].append(message)
    return turns
