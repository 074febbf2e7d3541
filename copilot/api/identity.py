"""Which accounts are one person (One ID): link, review, explain, undo."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from copilot import linking
from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.catalogue import localise

router = APIRouter(prefix="/api/v1/links", tags=["links"])


class LinkRequest(BaseModel):
    threshold: float | None = Field(None, description="Match probability from which pairs are linked; default 0.95.")
    review: float | None = Field(None, description="Match probability from which a person is asked; default 0.5.")


class Decisions(BaseModel):
    accept: list[str] = Field([], description="Ids of links that are one person.")
    reject: list[str] = Field([], description="Ids of links that are not; later runs keep them apart.")


@router.post("")
def link(copilot: TheCopilot, request: LinkRequest | None = None) -> dict[str, Any]:
    """Link the accounts of one person: rules first, then a trained model."""
    asked = request or LinkRequest()
    report = linking.link(copilot.workspace, threshold=asked.threshold, review=asked.review)
    return report.model_dump(mode="json")


@router.get("")
def overview(copilot: TheCopilot, language: TheLanguage) -> dict[str, Any]:
    """The run in force: persons, accounts, pairs to review, accounts loaded since."""
    return localise(linking.links(copilot.workspace).overview().model_dump(mode="json"), language)


@router.get("/review")
def review(copilot: TheCopilot, limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> dict[str, Any]:
    """Pairs that a person should accept or reject, the likeliest first."""
    return linking.links(copilot.workspace).to_review(limit).model_dump(mode="json")


@router.post("/decisions")
def decide(copilot: TheCopilot, decisions: Decisions) -> dict[str, Any]:
    """Accept or reject pairs; persons are settled anew at once."""
    report = linking.decide(copilot.workspace, accept=decisions.accept, reject=decisions.reject)
    return report.model_dump(mode="json")


@router.get("/persons/{customer_id}")
def explain(copilot: TheCopilot, customer_id: str) -> dict[str, Any]:
    """The accounts of a customer's person, and why they are one."""
    return linking.links(copilot.workspace).explain(customer_id).model_dump(mode="json")


@router.post("/undo")
def undo(copilot: TheCopilot) -> dict[str, int | None]:
    """Take back the last run or decision; `run` is the one now in force."""
    return {"run": linking.undo(copilot.workspace)}
