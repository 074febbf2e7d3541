"""Past conversations."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from copilot.api.dependencies import TheCopilot
from copilot.store import ThreadSummary, Turn

router = APIRouter(prefix="/api/v1/threads", tags=["threads"])


@router.get("", response_model=list[ThreadSummary])
def threads(copilot: TheCopilot) -> list[ThreadSummary]:
    """The most recently used conversations, with people named those of whoever signed in."""
    return copilot.store.threads()


@router.get("/{thread}", response_model=list[Turn])
def turns(thread: str, copilot: TheCopilot) -> list[Turn]:
    """The questions and answers of one conversation, in order."""
    found = copilot.store.turns(thread) if copilot.store.may_see(thread) else []
    if not found:
        raise HTTPException(404, "Not Found")
    return found
