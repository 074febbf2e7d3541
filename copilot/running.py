"""One turn while it runs: what the agent's stream brings becomes events and is kept for the answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

from langchain_core.messages import AIMessage, AIMessageChunk, ToolMessage

from copilot.answer import (
    Caution,
    CitationFound,
    DraftsReady,
    Event,
    EvidenceFound,
    Notice,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from copilot.catalogue import localise, text
from copilot.findings import Findings
from copilot.screening import Screen
from copilot.tracing.recorder import Recorder
from copilot.usage import Meter

KEPT = {"E-LLM-LENGTH", "E-LLM-CONTEXT"}
"""Notices that stay with the answer though they drop nothing of it; "please wait" is not worth that."""


@dataclass
class RunningTurn:
    """What has been seen of the running turn."""

    id: str
    thread: str
    question: str
    language: str
    meter: Meter
    began_at: datetime
    calls: dict[str, ToolCall] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    findings: list[Findings] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    """What a language model knew from earlier turns."""
    partial: str = ""
    final: AIMessage | None = None
    story: Recorder | None = None
    """Where it is written; None where nobody wants one."""

    def __post_init__(self) -> None:
        self.screen = Screen(self.question, self.language)

    def events(self, kind: str, data: object) -> list[Event]:
        """Take in one part of the stream (its mode and its data); return what readers should know of it."""
        if kind == "messages":
            return self._words(*data)
        if kind == "custom":
            return self._notice(data)
        events: list[Event] = []
        for update in (data or {}).values():
            for message in (update or {}).get("messages", []):
                events += self._message(message)
        return events

    def _words(self, chunk: object, metadata: dict) -> list[Event]:
        # Tool output also travels here; only the model's own words are for people.
        if not isinstance(chunk, AIMessageChunk) or metadata.get("langgraph_node") != "model" or not chunk.text:
            return []
        return self._show(self.screen.feed(chunk.text))

    def _show(self, words: str) -> list[Event]:
        self.partial += words
        return [TextDelta(text=words)] if words else []

    def _notice(self, data: object) -> list[Event]:
        notice = Notice.model_validate(data)
        if self.story:
            self.story.notice(notice)
        if notice.restart:
            self.screen.rest()
            self.partial = ""
        if notice.restart or notice.code in KEPT:
            self.cautions.append(Caution(code=notice.code, message=notice.message))
        return [notice]

    def _message(self, message: object) -> list[Event]:
        if isinstance(message, AIMessage):
            self.final = message
            rest = self._show(self.screen.rest())
            return [*rest, *(event for call in message.tool_calls for event in self._started(call))]
        if isinstance(message, ToolMessage):
            return self._finished(message)
        return []

    def _started(self, call: dict) -> list[Event]:
        self.partial = ""  # words before a tool call are not the answer
        self.started[call["id"]] = time.monotonic()
        self.calls[call["id"]] = ToolCall(id=call["id"], name=call["name"], arguments=call["args"], ok=False)
        title = tool_title(call["name"], self.language)
        return [ToolStarted(id=call["id"], name=call["name"], title=title, arguments=call["args"])]

    def _finished(self, message: ToolMessage) -> list[Event]:
        call = self.calls.get(message.tool_call_id)
        if call is None:  # written by a repair, not by this turn
            return []
        ok = message.status != "error"
        seconds = time.monotonic() - self.started[call.id]
        self.calls[call.id] = call.model_copy(update={"ok": ok, "summary": str(message.content), "seconds": seconds})
        self._note_bug(message, call.name)
        findings = Findings.restore(message.artifact)
        self.findings.append(findings)
        events: list[Event] = [
            ToolFinished(id=call.id, name=call.name, ok=ok, summary=str(message.content), seconds=seconds)
        ]
        for item in findings.evidence:
            dumped = localise(item.model_dump(mode="json"), self.language)
            events.append(EvidenceFound(tool_call=call.id, evidence=dumped))
        events += [CitationFound(citation=citation) for citation in findings.citations]
        if findings.drafts:
            events.append(DraftsReady(drafts=findings.drafts))
        return events

    def _note_bug(self, message: ToolMessage, name: str) -> None:
        """A tool that broke is said beside the answer, whatever the model makes of it."""
        if log_id := message.additional_kwargs.get("log_id"):
            words = text("guard.tool_failed", self.language, tool=tool_title(name, self.language), log_id=log_id)
            self.cautions.append(Caution(code="E-TOOL", message=words))


def tool_title(name: str, language: str) -> str:
    try:
        return text(f"tool.{name}", language)
    except KeyError:  # a model may name a tool that does not exist
        return name
