"""Erasing a person on request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from copilot.api.dependencies import TheCopilot
from copilot.erasing.desk import ErasureDesk
from copilot.erasing.results import Erased

router = APIRouter(prefix="/api/v1/erasures", tags=["erasures"])


class ErasureRequest(BaseModel):
    """One person, by any of their numbers."""

    who: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=20)]
    documents: bool = False
    """Remove documents that mention the person."""


@router.post("")
def erase(request: ErasureRequest, copilot: TheCopilot) -> Erased:
    """Take a person out of the workspace for good; only for an admin."""
    desk = ErasureDesk(copilot.workspace, "api")
    return desk.erase(request.who, at=datetime.now(UTC), with_documents=request.documents)
