"""Call the model under one budget a turn, mend what can be mended, hand over to another model or the planner."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.channels.untracked_value import UntrackedValue
from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime

from copilot.catalogue import text
from copilot.faults import Fault, ModelFault, classify, fault_message
from copilot.guard.budget import Budget
from copilot.guard.context import notify, tell, turn_language, turn_meter
from copilot.guard.excerpts import MORE, tokens
from copilot.guard.fitting import Fitted, fitted, size
from copilot.guard.messages import (
    answer_of,
    earlier_results,
    shortcoming,
    with_answer,
    with_metadata,
    with_remark,
    with_unique_ids,
    without_failed_calls,
    without_orphans,
)
from copilot.privacy import Vault, incoming, outgoing
from copilot.settings import PLANNER, Settings
from copilot.team import in_person
from tools.roles import may

log = logging.getLogger(__name__)

RETRY_PAUSE = 0.2
"""Seconds before asking a failing server once more."""
DEFAULT_WAIT = 1.0
"""Seconds to wait when a server limits requests without saying for how long."""
ANSWER = 1000
"""Tokens kept free for the answer."""
LEAST = 600
"""Tokens for messages, however small the model."""
SPENT = {"E-STEPS", "E-BUDGET"}
"""Faults of the turn rather than of the model: another one would have nothing left to spend."""

Handler = Callable[[ModelRequest], Awaitable[ModelResponse]]


class GuardState(AgentState):
    budget: NotRequired[Annotated[Budget, UntrackedValue, PrivateStateAttr]]


class ModelGuard(AgentMiddleware[GuardState, Any, Any]):
    """Call the model under the turn's budget; mend what can be mended once, else hand over to the next who can answer.

    That is the `second` model, then the `planner`. Raises ModelFault when nobody can answer. Emits
    `Notice` dicts on the custom stream. The message of a fallback carries response_metadata
    {"model_name", "fallback_from"}; a truncated one {"incomplete": "E-LLM-LENGTH"}; one before which
    early turns were read as a record {"folded": how many}.
    """

    state_schema = GuardState

    def __init__(
        self,
        settings: Settings,
        *,
        second: BaseChatModel | None = None,
        planner: BaseChatModel | None = None,
        people_in: Callable[[str], Iterable[str]] = lambda words: (),
        local: bool = False,
    ) -> None:
        """`people_in` names the customers a text mentions; `local` says that the model is in this process."""
        super().__init__()
        self._local = local
        self._people_in = people_in
        self._settings = settings
        self._second = second
        self._planner = planner if settings.fallback == "planner" else None
        self._room: int | None = None
        """Tokens of messages that the model can read; less once a server has said so."""

    def before_agent(self, state: GuardState, runtime: Runtime) -> dict[str, Any]:
        if not self._local:
            tell(runtime, earlier_results(state["messages"]))
        return {"budget": Budget(deadline=time.monotonic() + self._settings.turn_seconds)}

    async def awrap_model_call(self, request: ModelRequest, handler: Handler) -> ModelResponse:
        budget: Budget = request.state["budget"]
        while budget.answering != "planner":
            second = budget.answering == "second"
            asked = request.override(model=self._second) if second else request
            try:
                return self._signed(await self._ask(asked, handler, budget), budget)
            except ModelFault as error:
                log.warning("model call failed: %s", error)
                self._hand_over(replace(error.fault, second=second), request, budget)
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
                sent, vault = await self._outgoing(request, budget)
                response = await handler(sent)
        except GraphBubbleUp:
            raise
        except Exception as error:
            fault = classify(error)
            if fault.code == "E-BUG":
                log.exception("a model call failed in an unknown way")
            raise ModelFault(fault) from None  # a traceback would show the server's text
        message = without_orphans(answer_of(response))
        if meter:
            meter.count(message.usage_metadata, second=budget.answering == "second")
        if fault := shortcoming(message):
            raise ModelFault(fault)
        message = with_unique_ids(incoming(message, vault), request.messages)
        return with_answer(response, self._mark_length(message, request.runtime))

    async def _outgoing(self, request: ModelRequest, budget: Budget) -> tuple[ModelRequest, Vault]:
        """The request as it may leave the machine, in the model's size; the planner, which stays here, sees all."""
        if self._local:
            return request, Vault()
        fit = await asyncio.to_thread(self._fitted, request)
        budget.folded = fit.folded
        messages, vault = await asyncio.to_thread(outgoing, fit.messages, self._people_in)
        return request.override(messages=messages, tools=[each for each in request.tools if self._offers(each)]), vault

    def _offers(self, tool: object) -> bool:
        """Whether the role may use a tool: one that it may not is not shown to a model."""
        deed = (getattr(tool, "metadata", None) or {}).get("deed")
        return deed is None or may(in_person(self._settings).role, deed)

    def _fitted(self, request: ModelRequest) -> Fitted:
        if self._room is None:  # the system text and the tools hardly change
            listed = json.dumps([convert_to_openai_tool(tool) for tool in request.tools], ensure_ascii=False)
            fixed = tokens(request.system_prompt or "") + tokens(listed) + ANSWER
            self._room = max(self._settings.context_tokens - fixed, LEAST)
        return fitted(request.messages, self._room, turn_language(request.runtime))

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
                mended = self._less(request)
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

    def _less(self, request: ModelRequest) -> ModelRequest | None:
        """Give the messages half the room that these took; None where nothing can be left out."""
        taken = size(self._fitted(request).messages)
        if size(fitted(request.messages, taken // 2, turn_language(request.runtime)).messages) >= taken:
            return None
        self._room = taken // 2
        return request

    def _hand_over(self, fault: Fault, request: ModelRequest, budget: Budget) -> None:
        """Let the next one finish the turn. A dead key is not papered over: that raises ModelFault."""
        if fault.code == "E-LLM-AUTH":
            raise ModelFault(fault)
        language = turn_language(request.runtime)
        reason = fault_message(fault, language)
        if self._second and budget.answering == "first" and fault.code not in SPENT:
            budget.answering = "second"
            message = text("guard.second", language, reason=reason, model=self._settings.model_2)
        elif self._planner:
            budget.answering = "planner"
            message = text("guard.planner", language, reason=reason)
            budget.taken_over_at = len(request.messages)
        else:
            raise ModelFault(fault)
        notify(request.runtime, fault.code, message, restart=True)
        budget.taken_over = fault.code

    def _signed(self, response: ModelResponse, budget: Budget) -> ModelResponse:
        """Note on the answer who gave it in another's place, and what it had not read whole."""
        noted: dict[str, Any] = {"folded": budget.folded} if budget.folded else {}
        if budget.answering == "second":
            noted |= {"model_name": self._settings.model_2, "fallback_from": budget.taken_over}
        return with_answer(response, with_metadata(answer_of(response), **noted)) if noted else response

    async def _ask_planner(self, request: ModelRequest, handler: Handler, budget: Budget) -> ModelResponse:
        if budget.planner_calls >= self._settings.model_calls:
            raise ModelFault(Fault("E-STEPS"))
        budget.planner_calls += 1
        # What the model got wrong is not the planner's to explain; what it found out is kept.
        before, own = request.messages[: budget.taken_over_at], request.messages[budget.taken_over_at :]
        messages = [*without_failed_calls(before, MORE), *own]
        response = await handler(request.override(model=self._planner, messages=messages))
        message = with_unique_ids(answer_of(response), request.messages)
        message = with_metadata(message, model_name=PLANNER, fallback_from=budget.taken_over)
        return with_answer(response, message)
