"""Draft message templates for a tier."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from copilot.api.dependencies import Language, TheCopilot
from copilot.language import LANGUAGE
from copilot.preview import preview_draft
from copilot.toolbox.drafting import Channel
from copilot.toolbox.goals import Goal
from tools.personalize import Preview
from tools.results import Draft, Tier

router = APIRouter(prefix="/api/v1", tags=["drafts"])


class DraftRequest(BaseModel):
    tier: Tier
    channel: Channel = "sms"
    goal: Goal | Literal[""] = ""
    """Empty for the tier's usual goal."""
    language: Language = "zh"
    offer: Annotated[str, Field(max_length=200)] = ""
    """The offer in words, e.g. 满199减30; empty promises nothing."""
    n: Annotated[int, Field(ge=1, le=6)] = 3


class DraftResponse(BaseModel):
    drafts: list[Draft]


@router.post("/drafts", response_model=DraftResponse)
def drafts(body: DraftRequest, copilot: TheCopilot) -> DraftResponse:
    """Drafts with their rule check; merge fields stay open."""
    LANGUAGE.set(body.language)
    return DraftResponse(drafts=copilot.toolbox.drafts.draft_messages(**body.model_dump()).drafts)


class PreviewResponse(BaseModel):
    previews: list[Preview]


@router.post("/drafts/preview", response_model=PreviewResponse)
def preview(draft: Draft, copilot: TheCopilot) -> PreviewResponse:
    """The draft as real and awkward customers would get it, merged on this machine."""
    return PreviewResponse(previews=preview_draft(copilot.workspace, draft))
