"""Put what a tool raises into words, so that the run goes on."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import ToolMessage
from langgraph.errors import GraphBubbleUp
from langgraph.types import Command

from copilot.catalogue import text
from copilot.guard.context import turn_language
from copilot.refusals import is_refusal, worded

log = logging.getLogger(__name__)


class ToolErrors(AgentMiddleware):
    """Turn what a tool raises into an error result the model can read; the run goes on.

    A refusal (any exception with `code` and `params`) becomes its sentence in the catalogue.
    Anything else is a bug: its text goes to the log under an id, never to model or reader.
    """

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command]
    ) -> ToolMessage | Command:
        try:
            return handler(request)
        except GraphBubbleUp:
            raise
        except Exception as error:
            return _error_result(error, request)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command]]
    ) -> ToolMessage | Command:
        try:
            return await handler(request)
        except GraphBubbleUp:
            raise
        except Exception as error:
            return _error_result(error, request)


def _error_result(error: Exception, request: ToolCallRequest) -> ToolMessage:
    """`additional_kwargs` carries {"code"} for people and logs; it is not sent to a model."""
    name, language = request.tool_call["name"], turn_language(request.runtime)
    try:
        content = worded(error, language) if is_refusal(error) else ""
    except (KeyError, IndexError):  # a refusal without its sentence, or a blank without its value
        content = ""
    extra = {"code": getattr(error, "code", "")}
    if not content:
        log_id = uuid.uuid4().hex[:12]
        log.error("tool %s failed, id %s", name, log_id, exc_info=error)
        content = text("guard.tool_bug", language, tool=name, log_id=log_id)
        extra = {"code": "E-BUG", "log_id": log_id}
    return ToolMessage(
        content, tool_call_id=request.tool_call["id"], name=name, status="error", additional_kwargs=extra
    )
