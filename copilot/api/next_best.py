"""Next best choices: counted for a segment or a tier, or for one customer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from copilot import nextbest
from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.catalogue import localise
from tools.next_best import CustomerChoices

router = APIRouter(prefix="/api/v1/next-best", tags=["data"])


@router.get("")
def overview(
    copilot: TheCopilot,
    language: TheLanguage,
    segment: Annotated[str, Query(description="Saved segment, name or name@version.")] = "",
    tier: Annotated[str, Query(description="Tier instead of a segment; neither is everybody with an order.")] = "",
) -> dict[str, Any]:
    """How many customers each category, channel, hour and need of a discount was chosen for, and on what ground."""
    found, _each = nextbest.next_best(copilot.workspace, segment=segment, tier=tier)
    return localise(found.model_dump(mode="json"), language)


@router.get("/{customer_id}")
def customer(customer_id: str, copilot: TheCopilot) -> CustomerChoices:
    """The choices for one customer, each with its reason and the figures behind it."""
    return nextbest.next_best_for(copilot.workspace, [customer_id])[0]
