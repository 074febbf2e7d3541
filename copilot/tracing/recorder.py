"""Writes the story of one running turn, each step as it happens."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

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


Given, Made = ParamSpec("Given"), TypeVar("Made")


def harmless(keep: Callable[Given, Made]) -> Callable[Given, Made | None]:
    """A mishap costs the story a step, never the turn its answer."""

    @functools.wraps(keep)
    def kept(*args: Given.args, **named: Given.kwargs) -> Made | None:
        try:
            return keep(*args, **named)
        except Exception:
            log.exception("a part of a turn's story cannot be kept; the turn goes on")
            return None

    return kept


class Recorder:
    """The story of one turn while it is written."""

    def __init__(
        self,
        head: Trace,
        veil: Veil,
        *,
        store: TraceStore | None,
        bodies: bool,
        ended: Callable[[Trace], None] = lambda trace: None,
    ) -> None:
        """`store` None keeps nothing here; without `bodies` no words are kept; `ended` is told the whole story."""
        self.head, self.veil = head, veil
        self._store, self._bodies, self._ended = store, bodies, ended
        self._began = time.monotonic()
        self._steps: list[Step] = []
        self._writing = threading.Lock()
        if store:
            store.put(head)

    def now(self) -> float:
        """Seconds since the turn began."""
        return time.monotonic() - self._began

    def text(self, masked: str) -> Text:
        return text_of(masked, bodies=self._bodies)

    def json(self, masked: Any) -> Text:
        return self.text(masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False, default=str))

    def add(self, step: Step) -> None:
        with self._writing:
            place = len(self._steps)
            self._steps.append(step)
            if self._store:
                self._store.add(self.head, place, step)

    def message(self, masked: AnyMessage) -> Message:
        calls = masked.tool_calls if isinstance(masked, AIMessage) else []
        return Message(
            role=ROLES.get(masked.type, "user"),
            text=self.text(masked.text),
            tool=(masked.name or "") if isinstance(masked, ToolMessage) else "",
            calls=[Called(id=call["id"] or "", name=call["name"], arguments=self.json(call["args"])) for call in calls],
        )

    def model_called(self, at: float, **known: Any) -> None:
        """Keep a model call that began `at`; `known` are the other fields of `ModelCall`."""
        self.add(ModelCall(at=at, seconds=self.now() - at, **known))

    @harmless
    def tool_ran(self, at: float, call: dict, result: ToolMessage | None, fault: str = "") -> None:
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
            at=at, seconds=self.now() - at, id=call["id"], name=call["name"],
            arguments=self.json(shown["arguments"]), reply=self.text(shown["reply"]) if result else None,
            found=found, citations=[each.id for each in findings.citations],
            drafts=[each.id for each in findings.drafts], fault=fault,
        ))  # fmt: skip

    @harmless
    def notice(self, notice: Notice) -> None:
        words = self.text(self.veil.value(notice.message))
        self.add(NoticeGiven(at=self.now(), code=notice.code, text=words, restart=notice.restart))

    @harmless
    def end(self, state: State, *, answer: Answer | None, usage: Usage, fault: str = "") -> None:
        """Close the story with the answer, or with the code of what there is in its place."""
        self.add(self._ending(answer, fault))
        called = [each for each in self._steps if isinstance(each, ModelCall)]
        self.head = self.head.model_copy(update={
            "state": state, "seconds": self.now(), "fault": fault, "usage": usage if usage.calls else None,
            "tools": [each.name for each in self._steps if isinstance(each, ToolRun)],
            "model": answer.model if answer else called[-1].model if called else "",
        })  # fmt: skip
        if self._store:
            self._store.put(self.head)
        self._ended(self.head.model_copy(update={"steps": self._steps}))

    def _ending(self, answer: Answer | None, fault: str) -> Ending:
        if answer is None:
            return Ending(at=self.now(), fault=fault)
        shown = self.veil.value({"text": answer.text, "verdicts": [each.message for each in answer.warnings]})
        evidence = self._evidence_of(answer)
        return Ending(
            at=self.now(), text=self.text(shown["text"]), model=answer.model, fallback_from=answer.fallback_from,
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


def text_of(masked: str, *, bodies: bool) -> Text:
    digest = hashlib.sha256(masked.encode("utf-8", "replace")).hexdigest()[:24]
    return Text(hash=digest, characters=len(masked), text=masked[:LONGEST] if bodies else None)


RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
"""Of the turn that this code runs for; None where no story is written."""
