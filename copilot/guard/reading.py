"""The tool that fetches what was cut from a long result."""

from __future__ import annotations

from typing import Annotated

from langchain.agents.middleware import AgentMiddleware
from langchain.tools import InjectedState
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, tool

from copilot.guard.excerpts import MORE, lines_of, page
from copilot.language import LANGUAGE
from copilot.settings import Settings
from tools.errors import BadArgument

SHARE = 12
"""A page takes at most this part of what the model can read."""


class Reading(AgentMiddleware):
    """Gives the agent `more(result, start)`: any earlier result of the thread, page by page."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.tools = [_more(settings.context_tokens // SHARE)]


def _more(room: int) -> BaseTool:
    @tool(MORE, response_format="content_and_artifact")
    def more(
        result: Annotated[str, "Id of the result, as the record of earlier turns or the foot of a page names it."],
        messages: Annotated[list, InjectedState("messages")],
        start: Annotated[int, "First line to read."] = 1,
    ) -> tuple[str, dict | None]:
        """Read on in an earlier result of this conversation, or open it again."""
        language = LANGUAGE.get()
        known = {message.tool_call_id: place for place, message in enumerate(messages) if _readable(message)}
        if result not in known:
            raise BadArgument("no_such_result", given=result, alternatives=list(known)[-5:])
        found = messages[known[result]]
        lines = lines_of(found, language)
        if not 1 <= start <= len(lines):
            raise BadArgument("no_such_line", given=start, lines=len(lines))
        # This turn's own findings are on the reader's table already.
        asked = max(place for place, message in enumerate(messages) if isinstance(message, HumanMessage))
        return page(lines, start, room, result, language), found.artifact if known[result] < asked else None

    return more


def _readable(message: object) -> bool:
    return isinstance(message, ToolMessage) and message.status != "error" and message.name != MORE
