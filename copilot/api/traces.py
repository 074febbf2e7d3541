"""The full story of every answer, and the same question again by another model."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from copilot.api.dependencies import TheCopilot
from copilot.session import Copilot
from copilot.store import State
from copilot.tracing.comparing import Comparison
from copilot.tracing.replay import answering
from copilot.tracing.replay import replay as asked_again
from copilot.tracing.results import Trace, TraceSummary
from copilot.tracing.store import TraceStore
from copilot.tracing.tracer import stories
from tools.errors import BadArgument

router = APIRouter(prefix="/api/v1/traces", tags=["traces"])


class ReplayRequest(BaseModel):
    model: Annotated[str, Field(max_length=200)] = ""
    """"wellspring-planner", or a model served where the configured one is; "" is the configured one."""


def _stories(copilot: Copilot) -> TraceStore:
    return stories(copilot.tracer, copilot.workspace.settings.role)


@router.get("")
def traces(
    copilot: TheCopilot, thread: str = "", state: State | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> list[TraceSummary]:
    """The latest answers first, without their steps."""
    return _stories(copilot).latest(thread=thread, state=state or "", limit=limit)


@router.get("/{id}")
def trace(id: str, copilot: TheCopilot) -> Trace:
    """The story of an answer: every model call, tool run, notice and check, masked."""
    found = _stories(copilot).get(id)
    if found is None:
        raise BadArgument("no_trace", given=id)
    return found


@router.post("/{id}/replay")
def replay(id: str, body: ReplayRequest, copilot: TheCopilot) -> Comparison:
    """Ask the same question again over a copy of the workspace, and compare the two answers."""
    workspace = copilot.workspace
    return asyncio.run(asked_again(workspace, id, answering(workspace.settings, model=body.model)))
