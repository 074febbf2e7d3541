"""The built-in planner as a chat model: the agent, tools, streaming and UI are the same with and without a key."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool

from copilot.findings import Findings
from copilot.language import LANGUAGE
from copilot.planner.campaigning import STEPS as CAMPAIGNS
from copilot.planner.campaigning import proposing
from copilot.planner.compose import Outcome, compose, focus_of_tool
from copilot.planner.compose_metric import blaming
from copilot.planner.compose_words import idling
from copilot.planner.diagnosing import STEPS as DIAGNOSES
from copilot.planner.diagnosing import remembering
from copilot.planner.reading import read_slots
from copilot.planner.revising import holding
from copilot.planner.step import Step
from copilot.planner.steps import plan
from copilot.planner.thread import Thread
from copilot.planner.vocabulary import Vocabulary
from copilot.settings import PLANNER

_PIECES = re.compile(r"\S+\s*|\s+")


class PlannerModel(BaseChatModel):
    """Plans tool calls for a question, then composes the answer from their findings."""

    vocabulary: Callable[[], Vocabulary]
    router: Any = None
    """A `Router`; None routes by words alone."""

    @property
    def _llm_type(self) -> str:
        return PLANNER

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._reply(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self._reply(messages)):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        # Planning embeds and may read the data: the event loop stays free for other chats.
        for chunk in _chunks(await asyncio.to_thread(self._reply, messages)):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _reply(self, messages: list[BaseMessage]) -> AIMessage:
        turn, history = _last_turn(messages)
        language = LANGUAGE.get()
        results = [message for message in turn if isinstance(message, ToolMessage)]
        if results:
            return _answer(_outcomes(turn, self.vocabulary()), language)
        thread = _thread(history)
        known, made = (thread.last_of(focuses) for focuses in (DIAGNOSES, CAMPAIGNS))
        steps = plan(turn[0].text, self.vocabulary(), thread.last, self.router, known, made, thread)
        if any(step.tool for step in steps):  # what needs no tool is said with the rest of the answer
            return _calls(steps)
        return _answer([Outcome(step, Findings()) for step in steps], language)


def _last_turn(messages: list[BaseMessage]) -> tuple[list[BaseMessage], list[BaseMessage]]:
    start = max(index for index, message in enumerate(messages) if isinstance(message, HumanMessage))
    return messages[start:], messages[:start]


def _thread(history: list[BaseMessage]) -> Thread:
    """What was planned in each turn of the thread, the newest first."""
    turns: list[list[dict]] = [[]]
    for message in reversed(history):
        if isinstance(message, HumanMessage):
            turns.append([])
        elif isinstance(message, AIMessage) and not turns[-1]:  # the last one knows what came of the others
            turns[-1] = message.additional_kwargs.get("plan") or []
    return Thread(tuple(tuple(Step.restore(each) for each in planned) for planned in turns if planned))


def _calls(steps: list[Step]) -> AIMessage:
    calls = [
        {"name": step.tool, "args": step.arguments, "id": f"call_{uuid.uuid4().hex[:12]}", "type": "tool_call"}
        for step in steps
        if step.tool
    ]
    return AIMessage(
        "",
        tool_calls=calls,
        additional_kwargs={"plan": [step.dump() for step in steps]},
        response_metadata={"model_name": PLANNER, "finish_reason": "tool_calls"},
    )


def _answer(outcomes: list[Outcome], language: str) -> AIMessage:
    composed = compose(outcomes, language)
    steps = [_remembered(outcome.step, outcome.findings) for outcome in outcomes]
    extra = {"suggestions": composed.suggestions, "plan": [step.dump() for step in steps]}
    return AIMessage(
        composed.text, additional_kwargs=extra, response_metadata={"model_name": PLANNER, "finish_reason": "stop"}
    )


def _remembered(step: Step, findings: Findings) -> Step:
    """The step as the next turn should know it."""
    for note in (remembering, proposing, holding, blaming, idling):
        step = note(step, findings)
    return step


def _outcomes(turn: list[BaseMessage], vocabulary: Vocabulary) -> list[Outcome]:
    """Pair the turn's steps with their results, in the order they were planned."""
    results = {message.tool_call_id: message for message in turn if isinstance(message, ToolMessage)}
    outcomes: list[Outcome] = []
    for message in turn:
        if isinstance(message, AIMessage) and message.tool_calls:
            calls = iter(message.tool_calls)
            for step in _steps_of(message, turn[0].text, vocabulary):
                result = results.get(next(calls)["id"]) if step.tool else None
                outcomes.append(_outcome(step, result))
    return outcomes


def _steps_of(message: AIMessage, question: str, vocabulary: Vocabulary) -> list[Step]:
    planned = message.additional_kwargs.get("plan")
    if planned:
        return [Step.restore(data) for data in planned]
    slots = read_slots(question, vocabulary)  # a language model chose the tools
    return [Step(focus_of_tool(call["name"]), call["name"], call["args"], slots) for call in message.tool_calls]


def _outcome(step: Step, result: ToolMessage | None) -> Outcome:
    if result is not None and result.status == "error":
        return Outcome(step, Findings(), refusal=str(result.content))
    return Outcome(step, Findings.restore(result.artifact if result else None))


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    for index, call in enumerate(message.tool_calls):
        part = tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
        yield ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=[part]))
    for piece in _PIECES.findall(message.text):
        yield ChatGenerationChunk(message=AIMessageChunk(piece))
    yield ChatGenerationChunk(
        message=AIMessageChunk(
            "",
            additional_kwargs=message.additional_kwargs,
            response_metadata=message.response_metadata,
            chunk_position="last",
        )
    )
