"""Call the model under one budget a turn, mend what can be mended, hand over to the planner otherwise."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime

from copilot.catalogue import text
from copilot.faults import Fault, ModelFault, classify, fault_message
from copilot.guard.context import notify, turn_language, turn_meter
from copilot.guard.messages import (
    answer_of,
    last_turn,
    shortcoming,
    with_answer,
    with_metadata,
    with_remark,
    with_unique_ids,
    without_failed_calls,
)
from copilot.privacy import Vault, incoming, outgoing
from copilot.settings import PLANNER, Settings

log = logging.getLogger(__name__)

RETRY_PAUSE = 0.2
"""Seconds before asking a failing server once more."""
DEFAULT_WAIT = 1.0
"""Seconds to wait when a server limits requests without saying for how long."""

Handler = Callable[[ModelRequest], Awaitable[ModelResponse]]


@dataclass
class Budget:
    """What one turn may still spend; shared by all its model calls, never stored."""

    deadline: float
    calls: int = 0
    planner_calls: int = 0
    taken_over: str = ""
    """Code of the fault after which the planner took over, "" while the model answers."""
    taken_over_at: int = 0
    """How many messages the thread had then."""

    @property
    def seconds(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


class GuardState(AgentState):
    budget: NotRequired[Annotated[Budget, UntrackedValue, PrivateStateAttr]]


class ModelGuard(AgentMiddleware[GuardState, Any, Any]):
    """Call the model under the turn's budget; mend what can be mended once, else hand over to `planner`.

    Raises ModelFault when nobody can answer. Emits `Notice` dicts on the custom stream.
    The message of a fallback carries response_metadata {"model_name", "fallback_from"};
    a truncated one {"incomplete": "E-LLM-LENGTH"}.
    """

    state_schema = GuardState

    def __init__(
        self,
        settings: Settings,
        *,
        planner: BaseChatModel | None = None,
        people_in: Callable[[str], Iterable[str]] = lambda words: (),
        local: bool = False,
    ) -> None:
        """`people_in` names the customers a text mentions; `local` says that the model is in this process."""
        super().__init__()
        self._local = local
        self._people_in = people_in
        self._settings = settings
        self._planner = planner if settings.fallback == "planner" else None

    def before_agent(self, state: GuardState, runtime: Runtime) -> dict[str, Any]:
        return {"budget": Budget(deadline=time.monotonic() + self._settings.turn_seconds)}

    async def awrap_model_call(self, request: ModelRequest, handler: Handler) -> ModelResponse:
        budget: Budget = request.state["budget"]
        if not budget.taken_over:
            try:
                return await self._ask(request, handler, budget)
            except ModelFault as error:
                log.warning("model call failed: %s", error)
                self._hand_over(error.fault, request, budget)
        return await self._ask_planner(request, handler, budget)

    async def _ask(self, request: ModelRequest, handler: Handler, budget: Budget) -> ModelResponse:
        """Return a usable answer; each kind of fault gets one second chance."""
        mended: set[str] = set()
        while True:
            try:
                return await self._call(request, handler, budget)
            except ModelFault as error:
                fault = error.fault
            if fault.code in mended:
                raise ModelFault(fault)
            mended.add(fault.code)
            request = await self._mend(fault, request, budget)

    async def _call(self, request: ModelRequest, handler: Handler, budget: Budget) -> ModelResponse:
        if budget.calls >= self._settings.model_calls:
            raise ModelFault(Fault("E-STEPS"))
        meter = None if self._local else turn_meter(request.runtime)
        if meter and meter.exhausted:
            raise ModelFault(Fault("E-BUDGET"))
        budget.calls += 1
        if meter:
            meter.began()
        try:
            async with asyncio.timeout(budget.seconds):
                sent, vault = await self._outgoing(request)
                response = await handler(sent)
        except GraphBubbleUp:
            raise
        except Exception as error:
            fault = classify(error)
            if fault.code == "E-BUG":
                log.exception("a model call failed in an unknown way")
            raise ModelFault(fault) from None  # a traceback would show the server's text
        message = answer_of(response)
        if meter:
            meter.count(message.usage_metadata)
        if fault := shortcoming(message):
            raise ModelFault(fault)
        message = with_unique_ids(incoming(message, vault), request.messages)
        return with_answer(response, self._mark_length(message, request.runtime))

    async def _outgoing(self, request: ModelRequest) -> tuple[ModelRequest, Vault]:
        """The request as it may leave the machine; the planner, which stays here, sees everything."""
        if self._local:
            return request, Vault()
        messages, vault = await asyncio.to_thread(outgoing, request.messages, self._people_in)
        return request.override(messages=messages), vault

    async def _mend(self, fault: Fault, request: ModelRequest, budget: Budget) -> ModelRequest:
        """Return the request to try next. Raises ModelFault when a second try is no use."""
        language = turn_language(request.runtime)
        mended: ModelRequest | None = None
        match fault.code:
            case "E-LLM-UP":
                await asyncio.sleep(min(RETRY_PAUSE, budget.seconds))
                mended = request
            case "E-LLM-RATE":
                mended = await self._wait(fault, request, budget)
            case "E-LLM-EMPTY":
                mended = with_remark(request, text("repair.empty", language))
            case "E-TOOL-JSON":
                mended = with_remark(request, text("repair.tool_json", language, problem=fault.problem))
            case "E-LLM-CONTEXT":
                mended = last_turn(request)
                if mended:
                    notify(request.runtime, fault.code, text("guard.trimmed", language))
        if mended is None:
            raise ModelFault(fault)
        if fault.partial:
            notify(request.runtime, fault.code, text("guard.again", language), restart=True)
        return mended

    async def _wait(self, fault: Fault, request: ModelRequest, budget: Budget) -> ModelRequest | None:
        seconds = DEFAULT_WAIT if fault.retry_after is None else fault.retry_after
        if seconds > min(self._settings.retry_after_seconds, budget.seconds):
            return None
        message = text("guard.waiting", turn_language(request.runtime), count=max(1, round(seconds)))
        notify(request.runtime, fault.code, message)
        await asyncio.sleep(seconds)
        return request

    def _mark_length(self, message: AIMessage, runtime: Runtime) -> AIMessage:
        if message.response_metadata.get("finish_reason") != "length":
            return message
        notify(runtime, "E-LLM-LENGTH", text("guard.length", turn_language(runtime)))
        return with_metadata(message, incomplete="E-LLM-LENGTH")

    def _hand_over(self, fault: Fault, request: ModelRequest, budget: Budget) -> None:
        """Let the planner finish the turn. A dead key is not papered over: that raises ModelFault."""
        if self._planner is None or fault.code == "E-LLM-AUTH":
            raise ModelFault(fault)
        language = turn_language(request.runtime)
        message = text("guard.planner", language, reason=fault_message(fault, language))
        notify(request.runtime, fault.code, message, restart=True)
        budget.taken_over = fault.code
        budget.taken_over_at = len(request.messages)

    async def _ask_planner(self, request: ModelRequest, handler: Handler, budget: Budget) -> ModelResponse:
        if budget.planner_calls >= self._settings.model_calls:
            raise ModelFault(Fault("E-STEPS"))
        budget.planner_calls += 1
        # What the model got wrong is not the planner's to explain; what it found out is kept.
        before, own = request.messages[: budget.taken_over_at], request.messages[budget.taken_over_at :]
        messages = [*without_failed_calls(before), *own]
        response = await handler(request.override(model=self._planner, messages=messages))
        message = with_unique_ids(answer_of(response), request.messages)
        message = with_metadata(message, model_name=PLANNER, fallback_from=budget.taken_over)
        return with_answer(response, message)
