"""Behaviour tags and the traits that they are made of."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from copilot import shapes
from copilot.api.dependencies import TheData, TheLanguage
from copilot.catalogue import localise

router = APIRouter(prefix="/api/v1", tags=["data"])


@router.get("/tags")
def tags(
    data: TheData,
    language: TheLanguage,
    tags: Annotated[str, Query(description="Tags, comma-separated; empty for all.")] = "",
    tier: Annotated[str, Query(description="Only customers of this tier.")] = "",
    as_of: str = "",
) -> dict[str, Any]:
    """Customers and revenue of each behaviour tag on a day."""
    return localise(data.traits.overview(shapes.names(tags), tier, as_of).model_dump(mode="json"), language)


@router.get("/traits")
def traits(data: TheData, language: TheLanguage) -> list[dict[str, Any]]:
    """The catalogue: every trait and tag with its definition, a tag's rule, and what the loaded data lacks for it."""
    found = data.traits
    return [
        localise(trait.model_dump(mode="json", exclude={"synonyms"}) | {"lacks": found.lacking(trait)}, language)
        for trait in found.catalog.traits.values()
    ]
