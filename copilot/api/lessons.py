"""What the team has learnt: proposed, decided on, read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, model_validator

from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.lessons.desk import LONGEST_NOTE, LessonDesk
from copilot.lessons.results import State, Verdict
from copilot.lessons.wording import dumped

router = APIRouter(prefix="/api/v1/lessons", tags=["lessons"])


def get_desk(copilot: TheCopilot) -> LessonDesk:
    return LessonDesk(copilot.workspace, "api")


TheDesk = Annotated[LessonDesk, Depends(get_desk)]
Words = Annotated[str, Field(max_length=LONGEST_NOTE)]


class ProposalRequest(BaseModel):
    """A campaign's holdout result, a note, or both."""

    campaign: Annotated[str, Field(max_length=200)] = ""
    """Id or name of a campaign with a holdout."""
    metric: Annotated[str, Field(max_length=100)] = ""
    """A lift of the catalogue; conversion_lift by default."""
    note: Words = ""

    @model_validator(mode="after")
    def _says_something(self) -> ProposalRequest:
        if not (self.campaign or self.note):
            raise ValueError("campaign or note is needed")
        return self


class DecisionRequest(BaseModel):
    verdict: Verdict
    note: Words = ""
    valid_until: date | None = None
    """For an approval: last day on which the lesson holds."""


@router.get("")
def lessons(desk: TheDesk, language: TheLanguage, state: State | None = None) -> dict[str, Any]:
    """Lessons with their history, the latest first."""
    return {"lessons": [dumped(lesson, language) for lesson in desk.all(datetime.now(UTC), state or "")]}


@router.post("", status_code=201)
def propose(body: ProposalRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Propose a lesson; it waits for a person's decision. One that says the same as another gives that one."""
    at = datetime.now(UTC)
    if body.campaign:
        lesson = desk.propose_test(body.campaign, body.metric, body.note, language=language, at=at)
    else:
        lesson = desk.propose_note(body.note, at=at)
    return dumped(lesson, language)


@router.get("/campaigns")
def campaigns(copilot: TheCopilot) -> dict[str, Any]:
    """Campaigns whose holdout result can be proposed, the latest first."""
    data = copilot.workspace.data()
    found = data.campaign_tests.campaigns() if data else []
    return {"campaigns": [campaign.model_dump(mode="json") for campaign in found]}


@router.get("/{id}")
def lesson(id: str, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """One lesson."""
    return dumped(desk.get(id, datetime.now(UTC)), language)


@router.post("/{id}/decisions")
def decide(id: str, body: DecisionRequest, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Approve, reject or withdraw: for a reviewer or an admin."""
    at, until = datetime.now(UTC), body.valid_until
    return dumped(desk.decide(id, body.verdict, at=at, note=body.note, valid_until=until), language)
