"""Draft message templates for a tier, change them by talking, preview them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from copilot.api.dependencies import Language, TheCopilot
from copilot.drafting.desk import MOST, Batch, DraftDesk, Request, Writer
from copilot.goals import Goal
from copilot.preview import preview_draft
from copilot.session import Copilot
from copilot.toolbox.drafting import Channel
from tools.drafting import Angle, Part, Revision, Season
from tools.personalize import Preview
from tools.results import Draft, Tier

router = APIRouter(prefix="/api/v1", tags=["drafts"])

Words = Annotated[str, Field(max_length=200)]


class DraftRequest(BaseModel):
    tier: Tier
    channel: Channel = "sms"
    goal: Goal | Literal[""] = ""
    """Empty for the tier's usual goal."""
    language: Language = "zh"
    offer: Words = ""
    """The offer in words, e.g. 满199减30，6月1日至6月18日; empty promises nothing."""
    angle: Angle | Literal[""] = ""
    n: Annotated[int, Field(ge=1, le=MOST)] = 3
    category: Words = ""
    season: Season | Literal["", "none"] = ""
    voice: Words = ""
    """How it should sound, e.g. 活泼, formal, calm; other words count with a language model."""
    link: Words = ""
    must_say: Annotated[list[Words], Field(max_length=10)] = []
    must_not_say: Annotated[list[Words], Field(max_length=50)] = []
    writer: Writer = "auto"
    """Who words them: the library, a configured language model, or whichever there is."""
    seed: int = 0


@router.post("/drafts", response_model=Batch)
def drafts(body: DraftRequest, copilot: TheCopilot) -> Batch:
    """Drafts with their rule check, the tier's figures, the playbook and how different they are."""
    return desk(copilot).write(Request(**body.model_dump()))


class RevisionRequest(BaseModel):
    wish: Annotated[str, Field(min_length=1, max_length=500)]
    """What to change, e.g. 更活泼一点, "shorter, no emoji", 加上会员日."""
    locked: list[Part] = []
    """Parts that stay as they are."""


@router.post("/drafts/{id}/revise", response_model=Revision)
def revise(id: str, body: RevisionRequest, copilot: TheCopilot) -> Revision:
    """The draft changed as wished, checked again, with the words that changed; the old version stays."""
    return desk(copilot).revise(id, body.wish, locked=body.locked)


class DraftVersion(BaseModel):
    draft: Draft
    wish: str
    """What it was changed by; empty for the first one."""


@router.get("/drafts/{id}/versions")
def versions(id: str, copilot: TheCopilot) -> list[DraftVersion]:
    """The versions that led to a draft, the first one first."""
    return [DraftVersion(draft=each.draft, wish=each.wish) for each in desk(copilot).history(id)]


class PreviewResponse(BaseModel):
    previews: list[Preview]


@router.post("/drafts/preview", response_model=PreviewResponse)
def preview(draft: Draft, copilot: TheCopilot) -> PreviewResponse:
    """The draft as real and awkward customers would get it, merged on this machine."""
    return PreviewResponse(previews=preview_draft(copilot.workspace, draft))


def desk(copilot: Copilot) -> DraftDesk:
    return DraftDesk(copilot.workspace, copilot.toolbox.knowledge.index)
