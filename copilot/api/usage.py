"""What the language model used and cost."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from copilot.answer import Usage
from copilot.api.dependencies import TheCopilot
from copilot.usage import DayUsage

router = APIRouter(prefix="/api/v1/usage", tags=["usage"])


@router.get("")
def usage(copilot: TheCopilot, days: Annotated[int, Query(ge=1, le=366)] = 30) -> list[DayUsage]:
    """Calls, tokens and money of each of the last days that had any, the latest first."""
    return copilot.usage.days(copilot.workspace.calendar_day, days)


@router.get("/{thread}")
def thread_usage(copilot: TheCopilot, thread: str) -> Usage:
    """The sum of one conversation."""
    return copilot.usage.thread(thread)
