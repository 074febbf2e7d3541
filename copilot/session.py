"""One question in, typed events out: the path that the page, the API and the command line share."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langgraph.graph.state import CompiledStateGraph

from copilot import citing, grounding
from copilot.agent import TurnContext
from copilot.answer import (
    Answer,
    Caution,
    Citation,
    CitationFound,
    Done,
    DraftsReady,
    Event,
    EvidenceFound,
    Failed,
    Notice,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from copilot.catalogue import localise, text
from copilot.faults import Fault, ModelFault, fault_message
from copilot.findings import Findings
from copilot.formatting import CURRENCY
from copilot.language import LANGUAGE, language_of
from copilot.settings import PLANNER
from copilot.store import State, Store
from copilot.toolbox import Toolbox
from copilot.usage import Limits, Meter, Prices, UsageBook
from copilot.workspace import Workspace

log = logging.getLogger(__name__)


class AnswerFailed(Exception):
    """A turn ended without an answer; `event` says why in words."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message)
        self.event = event


@dataclass
class _Turn:
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
    partial: str = ""
    final: AIMessage | None = None


class Copilot:
    """Answers questions over one workspace."""

    def __init__(
        self,
        *,
        agent: CompiledStateGraph,
        store: Store,
        workspace: Workspace,
        toolbox: Toolbox,
        model_name: str,
        warm: Callable[[], object],
        usage: UsageBook,
    ) -> None:
        self._agent = agent
        self.store = store
        self.workspace = workspace
        self.toolbox = toolbox
        self.model_name = model_name
        self.usage = usage
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.warm = warm
        """Load what the first question would wait for (blocking; a server calls it in a thread)."""

    @property
    def uses_language_model(self) -> bool:
        return self.model_name != PLANNER

    async def ask(self, question: str, *, thread: str | None = None, language: str | None = None) -> Answer:
        """Return the whole answer. Raises AnswerFailed with the worded reason."""
        async with aclosing(self.stream(question, thread=thread, language=language)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.answer
                if isinstance(event, Failed):
                    raise AnswerFailed(event)
        raise AssertionError("a stream ends with Done or Failed")

    async def stream(
        self, question: str, *, thread: str | None = None, language: str | None = None
    ) -> AsyncIterator[Event]:
        """Yield the events of one turn; the last one is Done or Failed."""
        turn = _Turn(
            id=uuid.uuid4().hex,
            thread=thread or uuid.uuid4().hex,
            question=question,
            language=language or language_of(question),
            meter=self._meter(),
            began_at=datetime.now(UTC),
        )
        try:
            self.store.begin(id=turn.id, thread=turn.thread, question=question)
            # One turn at a time in a thread: two at once would each see only half of its memory.
            async with self._locks.setdefault(turn.thread, asyncio.Lock()), aclosing(self._events(turn)) as events:
                async for event in events:
                    yield event
            last = self._finished(turn)
        except (asyncio.CancelledError, GeneratorExit):
            self._keep(turn, "interrupted")
            raise
        except ModelFault as error:
            last = self._failed(turn, error.fault)
        except Exception:
            log.exception("turn %s failed", turn.id)
            last = self._failed(turn, Fault("E-BUG"))
        yield last  # the turn is stored by now: many a reader leaves at the last event

    def _meter(self) -> Meter:
        settings = self.workspace.settings
        prices = Prices(settings.price_input, settings.price_output, settings.price_currency)
        limits = Limits(settings.turn_tokens, settings.turn_cost, settings.day_cost)
        before = self.usage.spent_on(self.workspace.calendar_day) if settings.day_cost else 0.0
        return Meter(prices, limits, before)

    def _keep(self, turn: _Turn, state: State, answer: Answer | None = None) -> None:
        self.store.finish(turn.id, state, answer)
        self.usage.keep(turn.id, turn.thread, turn.meter.usage, at=turn.began_at)

    def _finished(self, turn: _Turn) -> Done:
        answer = self._answer(turn)
        self._keep(turn, "done", answer)
        return Done(answer=answer)

    def _failed(self, turn: _Turn, fault: Fault) -> Failed:
        self._keep(turn, "failed")
        message = fault_message(fault, turn.language, log_id=turn.id)
        return Failed(code=fault.code, message=message, log_id=turn.id, partial=turn.partial)

    async def _events(self, turn: _Turn) -> AsyncIterator[Event]:
        """Events of the run, which has a task of its own: its language must not depend on who reads."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        run = asyncio.create_task(self._run(turn, queue))
        try:
            while (event := await queue.get()) is not None:
                yield event
            await run  # raises what the run raised
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)

    async def _run(self, turn: _Turn, queue: asyncio.Queue[Event | None]) -> None:
        LANGUAGE.set(turn.language)
        CURRENCY.set(self.workspace.currency)
        try:
            note = await asyncio.to_thread(self.workspace.data_note, turn.language)
            parts = self._agent.astream(
                {"messages": [HumanMessage(turn.question)]},
                {"configurable": {"thread_id": turn.thread}},
                context=TurnContext(turn.language, note, turn.meter),
                stream_mode=["messages", "updates", "custom"],
                version="v2",
                durability="sync",
            )
            async with aclosing(parts):
                async for part in parts:
                    for event in self._translate(turn, part["type"], part["data"]):
                        queue.put_nowait(event)
        finally:
            queue.put_nowait(None)

    def _translate(self, turn: _Turn, kind: str, data: object) -> list[Event]:
        if kind == "messages":
            return _text_events(turn, *data)
        if kind == "custom":
            return _notice_events(turn, data)
        events: list[Event] = []
        for update in (data or {}).values():
            for message in (update or {}).get("messages", []):
                events += self._message_events(turn, message)
        return events

    def _message_events(self, turn: _Turn, message: object) -> list[Event]:
        if isinstance(message, AIMessage):
            turn.final = message
            return [event for call in message.tool_calls for event in _started(turn, call)]
        if isinstance(message, ToolMessage):
            return _finished(turn, message)
        return []

    def _answer(self, turn: _Turn) -> Answer:
        message = turn.final
        metadata = message.response_metadata if message else {}
        evidence = [item for findings in turn.findings for item in findings.evidence]
        citations = _unique([item for findings in turn.findings for item in findings.citations])
        drafts = [item for findings in turn.findings for item in findings.drafts]
        vouching = [item for findings in turn.findings for item in findings.vouching]
        checked = grounding.check(
            message.text if message else "",
            question=turn.question,
            evidence=vouching,
            citations=citations,
            drafts=drafts,
            language=turn.language,
            refusals=[call.summary for call in turn.calls.values() if not call.ok],
        )
        cited = citing.check(
            checked.text,
            citations=citations,
            known=grounding.Known([turn.question], vouching, [], drafts),
            embed=self.workspace.encoder.embed,
            language=turn.language,
        )
        return Answer(
            id=turn.id,
            text=cited.text,
            language=turn.language,
            model=metadata.get("model_name") or self.model_name,
            tool_calls=list(turn.calls.values()),
            evidence=[localise(item.model_dump(mode="json"), turn.language) for item in evidence],
            figures=grounding.sources(cited.text, evidence),
            citations=citations,
            drafts=drafts,
            warnings=[
                *turn.cautions,
                *_searches(turn),
                *checked.warnings,
                *cited.warnings,
                *_expired(citations, turn.language),
            ],
            usage=turn.meter.usage if turn.meter.usage.calls else None,
            thread=turn.thread,
            suggestions=(message.additional_kwargs if message else {}).get("suggestions", []),
        )


def _text_events(turn: _Turn, chunk: object, metadata: dict) -> list[Event]:
    # Tool output also travels here; only the model's own words are for people.
    if not isinstance(chunk, AIMessageChunk) or metadata.get("langgraph_node") != "model" or not chunk.text:
        return []
    turn.partial += chunk.text
    return [TextDelta(text=chunk.text)]


def _notice_events(turn: _Turn, data: object) -> list[Event]:
    notice = Notice.model_validate(data)
    if notice.restart:
        turn.partial = ""
    if notice.restart or notice.code == "E-LLM-LENGTH":  # "please wait" is not worth keeping with the answer
        turn.cautions.append(Caution(code=notice.code, message=notice.message))
    return [notice]


def _started(turn: _Turn, call: dict) -> list[Event]:
    turn.partial = ""  # words before a tool call are not the answer
    turn.started[call["id"]] = time.monotonic()
    turn.calls[call["id"]] = ToolCall(id=call["id"], name=call["name"], arguments=call["args"], ok=False)
    title = tool_title(call["name"], turn.language)
    return [ToolStarted(id=call["id"], name=call["name"], title=title, arguments=call["args"])]


def _finished(turn: _Turn, message: ToolMessage) -> list[Event]:
    call = turn.calls.get(message.tool_call_id)
    if call is None:  # written by a repair, not by this turn
        return []
    ok = message.status != "error"
    seconds = time.monotonic() - turn.started[call.id]
    turn.calls[call.id] = call.model_copy(update={"ok": ok, "summary": str(message.content), "seconds": seconds})
    findings = Findings.restore(message.artifact)
    turn.findings.append(findings)
    events: list[Event] = [
        ToolFinished(id=call.id, name=call.name, ok=ok, summary=str(message.content), seconds=seconds)
    ]
    for item in findings.evidence:
        dumped = localise(item.model_dump(mode="json"), turn.language)
        events.append(EvidenceFound(tool_call=call.id, evidence=dumped))
    events += [CitationFound(citation=citation) for citation in findings.citations]
    if findings.drafts:
        events.append(DraftsReady(drafts=findings.drafts))
    return events


def tool_title(name: str, language: str) -> str:
    try:
        return text(f"tool.{name}", language)
    except KeyError:  # a model may name a tool that does not exist
        return name


def _searches(turn: _Turn) -> list[Caution]:
    """A caution for each thing that a search of this turn had to do without."""
    missing = {code for findings in turn.findings if findings.lookup for code in findings.lookup.cautions}
    return [Caution(code=code, message=text(f"search.caution.{code}", turn.language)) for code in sorted(missing)]


def _expired(citations: list[Citation], language: str) -> list[Caution]:
    """A caution for each cited document whose validity is over."""
    over = {citation.title: citation.valid_until for citation in citations if citation.expired}
    return [Caution(code="document_expired", message=text("documents.cited_expired", language, title=title, day=day))
            for title, day in over.items()]


def _unique(citations: list) -> list:
    return list({citation.id: citation for citation in citations}.values())
