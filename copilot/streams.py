"""What has been seen of one streamed answer, and whether it may count as one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from copilot.asides import CALLS, THOUGHTS, Asides
from copilot.faults import Fault, ModelFault, json_problem
from copilot.toolwords import calls_in


class Watch:
    """Sees every chunk of an answer: takes out thoughts and calls written as text, and judges its end."""

    def __init__(self, *, thinks_first: bool = False) -> None:
        self.chunks = 0
        self.started = False
        self.partial = False
        """Whether people have been shown something."""
        self.finish = ""
        self.calls: dict[Any, list[str]] = {}
        self.thoughts = Asides(THOUGHTS, expected=thinks_first)
        self._written = Asides(CALLS)

    def see(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """Note the chunk; return it as people may see it."""
        self.chunks += 1
        message = chunk.message
        self.started = self.started or bool(chunk.text)
        for call in message.tool_call_chunks if isinstance(message, AIMessageChunk) else []:
            self.started = True
            known = self.calls.setdefault(call["index"], ["", ""])
            known[0] += call["name"] or ""
            known[1] += call["args"] or ""
        info = chunk.generation_info or {}
        if finish := info.get("finish_reason"):
            if self.finish:  # merging the chunks would join the two into "stopstop"
                info = {}
            self.finish = finish
        if not isinstance(message.content, str):
            self.partial = self.partial or bool(chunk.text)
            return ChatGenerationChunk(message=message, generation_info=info or None)
        return self._shown(message, self._written.shown(self.thoughts.shown(message.content)), info)

    def _shown(self, message: AIMessageChunk, words: str, info: dict[str, Any]) -> ChatGenerationChunk:
        self.partial = self.partial or bool(words)
        return ChatGenerationChunk(message=message.model_copy(update={"content": words}), generation_info=info or None)

    def last(self) -> Iterator[ChatGenerationChunk]:
        """What was held back, and calls written as text. Raises ModelFault unless the answer was whole."""
        self._require_end()
        held = self._written.shown(self.thoughts.end()) + self._written.end()
        if held:
            yield self._shown(AIMessageChunk(""), held, {})
        if self._written.bodies and self.finish != "length":
            found = calls_in(self._written.bodies, len(self.calls))
            yield ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=found))

    def _require_end(self) -> None:
        if not self.chunks:
            raise ModelFault(Fault("E-LLM-PROTO", detail="no events in the stream"))
        if not self.finish:
            code = "E-LLM-CUT" if self.started else "E-LLM-EMPTY"
            raise ModelFault(Fault(code, partial=self.partial, detail="no finish_reason"))
        problems = [problem for name, raw in self.calls.values() if (problem := json_problem(name, raw))]
        if problems and self.finish != "length":
            raise ModelFault(Fault("E-TOOL-JSON", partial=self.partial, problem="; ".join(problems)))


def as_chunk(result: ChatResult) -> ChatGenerationChunk:
    """An answer that came whole as the only chunk of a stream. Raises ModelFault where there is none."""
    if not result.generations:
        raise ModelFault(Fault("E-LLM-EMPTY", detail="no choices"))
    generation = result.generations[0]
    message: AIMessage = generation.message
    calls = [
        tool_call_chunk(name=call["name"], args=_arguments(call["args"]), id=call["id"], index=index)
        for index, call in enumerate([*message.tool_calls, *message.invalid_tool_calls])
    ]
    # One JSON object is whole even when it does not name its end.
    finish = (generation.generation_info or {}).get("finish_reason") or "stop"
    info = {"finish_reason": finish, "model_name": message.response_metadata.get("model_name", "")}
    chunk = AIMessageChunk(message.content, tool_call_chunks=calls, usage_metadata=message.usage_metadata)
    return ChatGenerationChunk(message=chunk, generation_info=info)


def _arguments(found: dict[str, Any] | str | None) -> str:
    return found or "" if isinstance(found, str | None) else json.dumps(found, ensure_ascii=False)
