"""Sees each request as it is sent, each reply as it came, each tool run: the innermost of the agent's middlewares."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.types import Command

from copilot.faults import classify
from copilot.prompts import prompt_version
from copilot.settings import PLANNER
from copilot.tracing.recorder import RECORDER, Recorder
from copilot.tracing.results import ModelCall

SETTINGS = ("temperature", "max_tokens", "top_p", "reasoning_effort", "streaming")
"""Attributes of a model that a story names, where they are set."""


class Tracing(AgentMiddleware):
    """Keeps every model call and tool run in the turn's story, where one is written."""

    async def awrap_model_call(
        self, request: ModelRequest, handler: Callable[[ModelRequest], Awaitable[ModelResponse]]
    ) -> ModelResponse:
        story = RECORDER.get()
        if story is None:
            return await handler(request)
        at = story.now()
        try:
            response = await handler(request)
        except BaseException as error:
            story.soon(_keep_call, story, at, story.now() - at, request, None, _code(error))
            raise
        reply = next((message for message in response.result if isinstance(message, AIMessage)), None)
        story.soon(_keep_call, story, at, story.now() - at, request, reply, "")
        return response

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command]]
    ) -> ToolMessage | Command:
        story = RECORDER.get()
        if story is None:
            return await handler(request)
        at = story.now()
        try:
            result = await handler(request)
        except BaseException as error:
            story.tool_ran(at, request.tool_call, None, _refusal(error))
            raise
        if isinstance(result, ToolMessage):
            refused = "refused" if result.status == "error" else ""
            story.tool_ran(at, request.tool_call, result, refused)
        return result


def _keep_call(
    story: Recorder, at: float, seconds: float, request: ModelRequest, reply: AIMessage | None, fault: str
) -> None:
    story.veil.learn(request.state["messages"])
    name, messages = model_name(request.model), request.messages
    if name == PLANNER:  # it stays here and was sent everything as it is
        masked = story.veil.messages([*messages, reply] if reply else messages)
        messages, reply = masked[: len(messages)], masked[len(messages)] if reply else None
    sent = [SystemMessage(request.system_prompt), *messages] if request.system_prompt else messages
    metadata = reply.response_metadata if reply else {}
    usage = (reply.usage_metadata if reply else None) or {}
    story.add(ModelCall(
        at=at, seconds=seconds, model=name, host=_host(request.model), settings=_settings(request),
        tools=_tools(request), prompt="" if name == PLANNER else prompt_version("system"),
        messages=[story.message(each) for each in sent], reply=story.message(reply) if reply else None,
        finish=metadata.get("finish_reason") or "", fault=fault,
        input_tokens=usage.get("input_tokens"), output_tokens=usage.get("output_tokens"),
    ))  # fmt: skip


def model_name(model: BaseChatModel) -> str:
    return getattr(model, "model_name", "") or model._llm_type


def _host(model: BaseChatModel) -> str:
    return urlsplit(getattr(model, "openai_api_base", None) or "").netloc.rpartition("@")[2]


def _settings(request: ModelRequest) -> dict[str, Any]:
    found = {name: getattr(request.model, name, None) for name in SETTINGS} | request.model_settings
    chosen = {"tool_choice": request.tool_choice} if request.tool_choice else {}
    return {name: value for name, value in (found | chosen).items() if isinstance(value, str | int | float | bool)}


def _tools(request: ModelRequest) -> list[str]:
    return [each.name if isinstance(each, BaseTool) else str(each.get("name", "")) for each in request.tools]


def _code(error: BaseException) -> str:
    return classify(error).code if isinstance(error, Exception) else "cancelled"


def _refusal(error: BaseException) -> str:
    """A refusal's code, or the error's type: its words may quote the data."""
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    return str(getattr(error, "code", "")) or type(error).__name__
