"""Mend the history of a thread whose last turn was cancelled."""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime

from copilot.catalogue import text
from copilot.guard.context import turn_language


class RepairDangling(AgentMiddleware):
    """Answer tool calls that a cancelled turn left open: servers reject a history with such calls."""

    def before_agent(self, state: AgentState, runtime: Runtime) -> dict[str, Any] | None:
        tail = since_last_answer(state["messages"])
        calls = open_calls(tail)
        if not calls:
            return None
        content = text("guard.cancelled", turn_language(runtime))
        results = [
            ToolMessage(content, tool_call_id=call["id"], name=call["name"], status="error") for call in calls
        ]
        # A result belongs before the question that came after the cancel: that one moves to the end.
        questions = [message for message in tail if isinstance(message, HumanMessage)]
        moved = [message.model_copy(update={"id": None}) for message in questions]
        return {"messages": [*results, *(RemoveMessage(id=message.id) for message in questions), *moved]}


def since_last_answer(messages: list[AnyMessage]) -> list[AnyMessage]:
    """The last AIMessage and what follows it; each turn starts with a repair, so older ones are whole."""
    starts = [index for index, message in enumerate(messages) if isinstance(message, AIMessage)]
    return messages[starts[-1] :] if starts else []


def open_calls(tail: list[AnyMessage]) -> list[ToolCall]:
    answered = {message.tool_call_id for message in tail if isinstance(message, ToolMessage)}
    calls = tail[0].tool_calls if tail else []
    return [call for call in calls if call["id"] not in answered]
