"""One question in, typed events out: the path that the page, the API and the command line share."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.graph.state import CompiledStateGraph

from copilot.agent import TurnContext
from copilot.answer import Answer, Done, Event, Failed
from copilot.answering import answer_of
from copilot.faults import Fault, ModelFault, fault_message
from copilot.formatting import CURRENCY
from copilot.language import LANGUAGE, language_of
from copilot.running import RunningTurn
from copilot.settings import PLANNER, Served
from copilot.store import State, Store
from copilot.toolbox import Toolbox
from copilot.tracing.recorder import RECORDER
from copilot.tracing.tracer import Tracer
from copilot.usage import METER, Limits, Meter, Prices, UsageBook
from copilot.workspace import Workspace

log = logging.getLogger(__name__)


class AnswerFailed(Exception):
    """A turn ended without an answer; `event` says why in words."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message)
        self.event = event


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
        wake: Callable[[], object],
        warm: Callable[[], object],
        usage: UsageBook,
        tracer: Tracer,
    ) -> None:
        self._agent = agent
        self.store = store
        self.workspace = workspace
        self.toolbox = toolbox
        self.model_name = model_name
        self.usage = usage
        self.tracer = tracer
        self._meters: list[Meter] = []
        """Of the turns that are running."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.wake = wake
        """Load what any first question takes (blocking; a server calls it in a thread)."""
        self.warm = warm
        """That, and what the first search or a question in words of its own would wait for."""

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
        """Yield the events of one turn; the last one is Done or Failed.

        Asked in a thread of somebody else's, it begins a new one.
        """
        turn = RunningTurn(
            id=uuid.uuid4().hex,
            thread=thread if thread and self.store.may_see(thread) else uuid.uuid4().hex,
            question=question,
            language=language or language_of(question),
            meter=self._meter(),
            began_at=datetime.now(UTC),
        )
        try:
            self.store.begin(id=turn.id, thread=turn.thread, question=question)
            turn.story = self.tracer.begin(
                id=turn.id, thread=turn.thread, question=question, language=turn.language, at=turn.began_at
            )
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
        first, second = (self._prices(served) for served in (settings.first, settings.second))
        limits = Limits(settings.turn_tokens, settings.turn_cost, settings.day_cost)
        meter = Meter(first, limits, lambda: self._spent_beside(meter), second=second)
        self._meters.append(meter)
        return meter

    def _spent_beside(self, meter: Meter) -> float:
        """Today's money of all other turns, those that are running among them."""
        running = [other.usage.cost or 0.0 for other in self._meters if other is not meter]
        return self.usage.spent_on(self.workspace.calendar_day) + sum(running)

    def _prices(self, served: Served | None) -> Prices:
        currency = self.workspace.settings.price_currency
        return Prices(served.price_input, served.price_output, currency) if served else Prices(currency=currency)

    def _keep(self, turn: RunningTurn, state: State, answer: Answer | None = None, fault: str = "") -> None:
        self.store.finish(turn.id, state, answer)
        self.usage.keep(turn.id, turn.thread, turn.meter.usage, at=turn.began_at)
        self._meters.remove(turn.meter)
        if turn.story:
            turn.story.end(state, answer=answer, usage=turn.meter.usage, fault=fault)

    def _finished(self, turn: RunningTurn) -> Done:
        answer = answer_of(turn, self.workspace, self.model_name)
        self._keep(turn, "done", answer)
        return Done(answer=answer)

    def _failed(self, turn: RunningTurn, fault: Fault) -> Failed:
        self._keep(turn, "failed", fault=fault.code)
        message = fault_message(fault, turn.language, log_id=turn.id)
        return Failed(code=fault.code, message=message, log_id=turn.id, partial=turn.partial)

    async def remember(self, thread: str, messages: list[AnyMessage]) -> None:
        """Give a new thread the messages of another one to go on from."""
        config = {"configurable": {"thread_id": thread}}
        await self._agent.aupdate_state(config, {"messages": messages}, as_node="__start__")

    async def _events(self, turn: RunningTurn) -> AsyncIterator[Event]:
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

    async def _run(self, turn: RunningTurn, queue: asyncio.Queue[Event | None]) -> None:
        LANGUAGE.set(turn.language)
        CURRENCY.set(self.workspace.currency)
        RECORDER.set(turn.story)
        METER.set(turn.meter)
        try:
            note = await asyncio.to_thread(self.workspace.data_note, turn.language)
            parts = self._agent.astream(
                {"messages": [HumanMessage(turn.question, id=turn.id)]},
                {"configurable": {"thread_id": turn.thread}},
                context=TurnContext(turn.language, note, turn.meter, turn.earlier),
                stream_mode=["messages", "updates", "custom"],
                version="v2",
                durability="sync",
            )
            async with aclosing(parts):
                async for part in parts:
                    for event in turn.events(part["type"], part["data"]):
                        queue.put_nowait(event)
        finally:
            queue.put_nowait(None)
