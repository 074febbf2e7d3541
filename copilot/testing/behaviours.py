"""What a scripted model server does with one request: answer, refuse, or misbehave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

CREATED = 1_700_000_000
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass(frozen=True)
class Call:
    """One tool call; `arguments` given as a string go out as they are, malformed or not."""

    name: str
    arguments: dict[str, Any] | str = field(default_factory=dict)
    id: str = "call_1"

    @property
    def json(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True)
class Reply:
    """A 200 answer and how its delivery goes.

    `ending` says what happens after the last delta of a stream: "done" is as the protocol
    wants it; "cut" drops the connection; "stall" goes silent; "bad_line" sends a line that
    is not JSON; "error" sends an error object.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    finish: str | None = "auto"
    """finish_reason; "auto" picks tool_calls or stop; None leaves it out."""
    whole_calls: bool = False
    """Send each tool call in one chunk instead of name first, then argument fragments."""
    choices: Literal["normal", "empty", "null"] = "normal"
    ending: Literal["done", "cut", "stall", "bad_line", "error"] = "done"
    usage: bool = True
    """Send the counts in a last chunk with `choices: []`."""
    repeat_finish: bool = False
    """Send finish_reason in two chunks, as some servers do."""
    piece: int = 4
    """Characters of the text a delta."""
    pause: float = 0.0
    """Seconds before each delta."""
    reasoning: str = ""
    """Thoughts of a reasoning model, in the field that most servers use for them."""
    events: int | None = None
    """Send only the first so many events of a stream, then what `ending` says."""

    @property
    def finish_reason(self) -> str | None:
        if self.finish == "auto":
            return "tool_calls" if self.calls else "stop"
        return self.finish


@dataclass(frozen=True)
class Page:
    """Any other HTTP answer: an error status, an HTML page, a redirect."""

    status: int
    body: str
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """Take the request and send nothing."""


Behaviour = Reply | Page | Hang


def say(text: str, **knobs: Any) -> Reply:
    return Reply(text=text, **knobs)


def call(name: str, arguments: dict[str, Any] | str | None = None, **knobs: Any) -> Reply:
    return Reply(calls=(Call(name, {} if arguments is None else arguments),), **knobs)


def refuse(status: int, message: str, *, code: str | None = None, retry_after: float | None = None) -> Page:
    """An error in the shape OpenAI uses: {"error": {"message", "type", "param", "code"}}."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}})
    return Page(status, body, headers={} if retry_after is None else {"Retry-After": f"{retry_after:g}"})


def completion(reply: Reply, model: str) -> dict[str, Any]:
    """The answer as one JSON object (`stream: false`)."""
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.json}}
        for call in reply.calls
    ]
    message = {"role": "assistant", "content": reply.text or None, **({"tool_calls": calls} if calls else {})}
    message |= {"reasoning_content": reply.reasoning} if reply.reasoning else {}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason, "logprobs": None}
    choices = {"normal": [choice], "empty": [], "null": None}[reply.choices]
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": CREATED, "model": model,
        "choices": choices, "usage": USAGE,
    }


def deltas(reply: Reply, model: str) -> Iterator[dict[str, Any]]:
    """The chunks of a stream up to the point where `reply.ending` takes over."""
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": CREATED, "model": model}
    if reply.choices != "normal":
        yield {**base, "choices": [] if reply.choices == "empty" else None}
        return

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    for start in range(0, len(reply.reasoning), 4):
        yield chunk({"reasoning_content": reply.reasoning[start : start + 4], "content": None})
    for start in range(0, len(reply.text), reply.piece):
        yield chunk({"content": reply.text[start : start + reply.piece]})
    for index, tool_call in enumerate(reply.calls):
        for fragment in _fragments(tool_call, index, whole=reply.whole_calls):
            yield chunk({"tool_calls": [fragment]})
    if reply.ending != "done":
        return
    if reply.finish_reason is not None:
        for _ in range(2 if reply.repeat_finish else 1):
            yield chunk({}, reply.finish_reason)
    if reply.usage:
        yield {**base, "choices": [], "usage": USAGE}


def _fragments(tool_call: Call, index: int, *, whole: bool) -> Iterator[dict[str, Any]]:
    head = {"index": index, "id": tool_call.id, "type": "function"}
    if whole:
        yield {**head, "function": {"name": tool_call.name, "arguments": tool_call.json}}
        return
    yield {**head, "function": {"name": tool_call.name, "arguments": ""}}
    for start in range(0, len(tool_call.json), 5):
        yield {"index": index, "function": {"arguments": tool_call.json[start : start + 5]}}
