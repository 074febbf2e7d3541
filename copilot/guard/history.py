"""Mend the history of a thread whose last turn was cancelled."""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain_core.messages import AIMessage, AnyMessage, RemoveMessage, ToolMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime

from copilot.catalogue import text
from copilot.guard.context import turn_language


class RepairDangling(AgentMiddleware):
    """Answer tool calls that a cancelled turn left open: servers reject a history with such calls."""

    def before_agent(self, state: AgentState, runtime: Runtime) -> dict[str, Any] | None:
        messages = state["messages"]
        repaired = close_open_calls(messages, text("guard.cancelled", turn_language(runtime)))
        if len(repaired) == len(messages):
            return None
        return {"messages": [RemoveMessage(id=REMOVE_ALL_MESSAGES), *repaired]}


def close_open_calls(messages: list[AnyMessage], content: str) -> list[AnyMessage]:
    """Return the history with an error result after each tool call that has none."""
    repaired: list[AnyMessage] = []
    open_calls: dict[str, str] = {}

    def close() -> None:
        for call_id, name in open_calls.items():
            repaired.append(ToolMessage(content, tool_call_id=call_id, name=name, status="error"))
        open_calls.clear()

    for message in messages:
        if isinstance(message, ToolMessage):
            open_calls.pop(message.tool_call_id, None)
        else:
            close()
        repaired.append(message)
        if isinstance(message, AIMessage):
            open_calls.update({call["id"]: call["name"] for call in message.tool_calls if call["id"]})
    close()
    return repaired
