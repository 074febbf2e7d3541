"""Make a request fit what the model can read: long results by pages, early turns as a record."""

from __future__ import annotations

import json
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from copilot.catalogue import text
from copilot.guard.excerpts import MORE, lines_of, page, tokens
from copilot.guard.messages import REMARK
from copilot.guard.record import Turn, record, turns_of

STEP = 4
"""Early turns are folded four at a time, so that a server may keep what it has read of the others."""
SMALLEST = 120
"""Tokens of a result's page at least."""
ROWS_LEFT_OUT = "\n(+"
"""How `for_model` ends a table that it has cut."""


@dataclass(frozen=True)
class Fitted:
    messages: list[AnyMessage]
    folded: int
    """Early turns that the record stands for."""


def size(messages: list[AnyMessage]) -> int:
    """About how many tokens the messages have."""
    return sum(_size(message) for message in messages)


def _size(message: AnyMessage) -> int:
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    return 4 + tokens(message.text) + (tokens(json.dumps(calls, ensure_ascii=False)) if calls else 0)


def fitted(messages: list[AnyMessage], room: int, language: str) -> Fitted:
    """The messages in about `room` tokens; the last turn's words stay whole, whatever the room.

    A long result gives way to its first page, early turns to a record before the first question that stays.
    """
    turns = [_paged(turn, room // 3, language) for turn in turns_of(messages, REMARK)]
    if not turns:
        return Fitted(messages, 0)
    turns[-1] = _shrunk(turns[-1], room // 2, language)
    folded = _folded(turns, room)
    if not folded:
        return Fitted([message for turn in turns for message in turn], 0)
    kept = [message for turn in turns[folded:] for message in turn]
    told = record(turns_of(messages, REMARK)[:folded], max(room - size(kept), SMALLEST), language)
    if tokens(told) >= sum(size(turn) for turn in turns[:folded]):
        return Fitted(kept, folded)  # a few words of small talk: their record would be longer
    first = kept[0].model_copy(update={"content": f"{told}\n\n{kept[0].text}"})
    return Fitted([first, *kept[1:]], folded)


def _folded(turns: list[Turn], room: int) -> int:
    """How many of the first turns to fold: none where all fit, else so many that the others take half the room."""
    sizes = [size(turn) for turn in turns]
    if sum(sizes) <= room:
        return 0
    last = len(turns) - 1
    return next((n for n in range(STEP, last, STEP) if sum(sizes[n:]) <= room // 2), last)


def _shrunk(turn: Turn, room: int, language: str) -> Turn:
    """Cut the turn's results to ever smaller pages until it fits; pages read before the last one go at last."""
    limit = room
    while size(turn) > room and limit > SMALLEST:
        limit //= 2
        turn = _paged(turn, limit, language)
    pages = [place for place, message in enumerate(turn) if isinstance(message, ToolMessage) and message.name == MORE]
    for place in pages[:-1]:
        if size(turn) > room:
            read = turn[place].model_copy(update={"content": text("guard.page.read", language)})
            turn = [*turn[:place], read, *turn[place + 1 :]]
    return turn


def _paged(turn: Turn, limit: int, language: str) -> Turn:
    return [_page(message, limit, language) if isinstance(message, ToolMessage) else message for message in turn]


def _page(message: ToolMessage, limit: int, language: str) -> ToolMessage:
    words = str(message.content)
    whole = tokens(words) <= limit and ROWS_LEFT_OUT not in words
    if whole or message.status == "error" or message.name == MORE:
        return message
    # A table of many short rows was cut at its fortieth: its page is no longer than that.
    cut = page(lines_of(message, language), 1, min(limit, tokens(words)), message.tool_call_id, language)
    return message.model_copy(update={"content": cut})
