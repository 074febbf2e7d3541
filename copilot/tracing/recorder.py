"""Writes the story of one running turn, each step as it happens."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import ContextVar
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from copilot.answer import Answer, Notice, Usage
from copilot.findings import Findings
from copilot.store import State
from copilot.tracing.results import (
    Called,
    Ending,
    FigureOf,
    Found,
    Message,
    ModelCall,
    NoticeGiven,
    Step,
    Text,
    ToolRun,
    Trace,
    Verdict,
)
from copilot.tracing.store import TraceStore
from copilot.tracing.veil import Veil

log = logging.getLogger(__name__)

LONGEST = 40_000
"""Characters kept of one text."""
ROLES = {"human": "user", "ai": "assistant", "tool": "tool", "system": "system"}


class Recorder:
    """The story of one turn while it is written, on a thread of its own: the turn neither waits nor fails for it."""

    def __init__(
        self,
        head: Callable[[Text], Trace],
        question: str,
        veil: Veil,
        *,
        writer: Executor,
        store: TraceStore | None,
        bodies: bool,
        ended: Callable[[Trace], None] = lambda trace: None,
    ) -> None:
        """`head` makes the head of the story with the masked question; `writer` does one thing at a time.

        `store` None keeps nothing here; without `bodies` no words are kept; `ended` is told the whole story.
        """
        self.veil = veil
        self._writer, self._store, self._bodies, self._ended = writer, store, bodies, ended
        self._began = time.monotonic()
        self._steps: list[Step] = []
        self.soon(self._begin, head, question)

    def soon(self, keep: Callable[..., None], *args: Any) -> None:
        """Have something kept; a mishap costs the story a step, never the turn its answer."""
        try:
            self._writer.submit(_harmless, keep, *args)
        except RuntimeError:  # closed: the turn outlived its copilot
            log.warning("a turn's story goes without its end")

    def _begin(self, head: Callable[[Text], Trace], question: str) -> None:
        self.head = head(self.text(self.veil.typed(question)))
        if self._store:
            self._store.put(self.head)

    def now(self) -> float:
        """Seconds since the turn began."""
        return time.monotonic() - self._began

    def text(self, masked: str) -> Text:
        return text_of(masked, bodies=self._bodies)

    def json(self, masked: Any) -> Text:
        return self.text(masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False, default=str))

    def add(self, step: Step) -> None:
        self._steps.append(step)
        if self._store:
            self._store.add(self.head, len(self._steps) - 1, step)

    def message(self, masked: AnyMessage) -> Message:
        calls = masked.tool_calls if isinstance(masked, AIMessage) else []
        return Message(
            role=ROLES.get(masked.type, "user"),
            text=self.text(masked.text),
            tool=(masked.name or "") if isinstance(masked, ToolMessage) else "",
            calls=[Called(id=call["id"] or "", name=call["name"], arguments=self.json(call["args"])) for call in calls],
        )

    def tool_ran(self, at: float, call: dict, result: ToolMessage | None, fault: str = "") -> None:
        """Keep a tool run that began `at` and has just ended."""
        self.soon(self._tool_ran, at, self.now() - at, call, result, fault)

    def _tool_ran(self, at: float, seconds: float, call: dict, result: ToolMessage | None, fault: str) -> None:
        findings = Findings.restore(result.artifact) if result else Findings()
        shown = self.veil.value({
            "arguments": call["args"],
            "reply": str(result.content) if result else None,
            "queries": [item.query for item in findings.evidence],
        })
        found = [
            Found(evidence=f"{call['id']}/{place}", kind=item.kind, metric=item.metric, n=item.n,
                  rows=len(getattr(item, "rows", [])), query=self.text(query))
            for place, (item, query) in enumerate(zip(findings.evidence, shown["queries"], strict=True))
        ]  # fmt: skip
        self.add(ToolRun(
            at=at, seconds=seconds, id=call["id"], name=call["name"],
            arguments=self.json(shown["arguments"]), reply=self.text(shown["reply"]) if result else None,
            found=found, citations=[each.id for each in findings.citations],
            drafts=[each.id for each in findings.drafts], fault=fault,
        ))  # fmt: skip

    def notice(self, notice: Notice) -> None:
        self.soon(self._notice, self.now(), notice)

    def _notice(self, at: float, notice: Notice) -> None:
        words = self.text(self.veil.value(notice.message))
        self.add(NoticeGiven(at=at, code=notice.code, text=words, restart=notice.restart))

    def end(self, state: State, *, answer: Answer | None, usage: Usage, fault: str = "") -> None:
        """Close the story with the answer, or with the code of what there is in its place."""
        self.soon(self._end, self.now(), state, answer, usage, fault)

    def _end(self, at: float, state: State, answer: Answer | None, usage: Usage, fault: str) -> None:
        self.add(self._ending(at, answer, fault))
        called = [each for each in self._steps if isinstance(each, ModelCall)]
        self.head = self.head.model_copy(update={
            "state": state, "seconds": at, "fault": fault, "usage": usage if usage.calls else None,
            "tools": [each.name for each in self._steps if isinstance(each, ToolRun)],
            "model": answer.model if answer else called[-1].model if called else "",
        })  # fmt: skip
        if self._store:
            self._store.put(self.head)
        self._ended(self.head.model_copy(update={"steps": self._steps}))

    def _ending(self, at: float, answer: Answer | None, fault: str) -> Ending:
        if answer is None:
            return Ending(at=at, fault=fault)
        shown = self.veil.value({"text": answer.text, "verdicts": [each.message for each in answer.warnings]})
        evidence = self._evidence_of(answer)
        return Ending(
            at=at, text=self.text(shown["text"]), model=answer.model, fallback_from=answer.fallback_from,
            verdicts=[Verdict(code=each.code, text=self.text(words))
                      for each, words in zip(answer.warnings, shown["verdicts"], strict=True)],
            figures=[FigureOf(figure=answer.text[each.start : each.end], evidence=evidence[each.evidence])
                     for each in answer.figures],
            citations=[each.id for each in answer.citations], drafts=[each.id for each in answer.drafts],
        )  # fmt: skip

    def _evidence_of(self, answer: Answer) -> list[str]:
        """The story's id of each result of the answer; parallel runs may have ended in another order."""
        left = [each for step in self._steps if isinstance(step, ToolRun) for each in step.found]
        ids: list[str] = []
        for item in answer.evidence:
            query = text_of(self.veil.value(item["query"]), bodies=False).hash
            same = [each for each in left if (each.kind, each.query.hash) == (item["kind"], query)]
            ids.append(same[0].evidence if same else "")
            left = [each for each in left if each not in same[:1]]
        return ids


def _harmless(keep: Callable[..., None], *args: Any) -> None:
    try:
        keep(*args)
    except Exception:
        log.exception("a part of a turn's story cannot be kept")


def text_of(masked: str, *, bodies: bool) -> Text:
    digest = hashlib.sha256(masked.encode("utf-8", "replace")).hexdigest()[:24]
    return Text(hash=digest, characters=len(masked), text=masked[:LONGEST] if bodies else None)


RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
"""Of the turn that this code runs for; None where no story is written."""
