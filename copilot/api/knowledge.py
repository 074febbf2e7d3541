"""Search the knowledge base and open a passage."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from copilot.api.dependencies import Language, TheCopilot
from knowledge.filters import Quadrant, Stage
from knowledge.results import Passage, SearchResult
from tools.results import Tier

router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])

Kind = Literal[
    "case", "cdp", "framework", "maturity", "metric", "playbook", "proposition", "quadrant", "quickwin", "rollout",
    "scenario", "stage", "strategy", "system", "tier", "document", "lesson",
]  # fmt: skip
"""Kinds of cards, `document` for a team's own file, and `lesson` for what a team learnt."""


@router.get("/search", response_model=SearchResult)
def search(
    copilot: TheCopilot,
    q: Annotated[str, Query(min_length=1, max_length=1000)],
    k: Annotated[int, Query(ge=1, le=20)] = 5,
    lang: Language | None = None,
    type: Kind | None = None,
    tier: Tier | None = None,
    stage: Stage | None = None,
    quadrant: Quadrant | None = None,
    scenario: Annotated[str | None, Query(max_length=64)] = None,
    document: Annotated[str | None, Query(max_length=300, description="Id of a card, or name of a file.")] = None,
    written_in: Annotated[Language | None, Query(description="Only passages written in this language.")] = None,
    current: Annotated[bool, Query(description="Leave out documents whose validity is over.")] = False,
) -> SearchResult:
    """Passages that answer a question, and whether the knowledge base answers it at all."""
    return copilot.toolbox.knowledge.index.search(
        q, k=k, language=lang, as_of=copilot.workspace.calendar_day, expired=not current, type=type, tier=tier,
        stage=stage, quadrant=quadrant, scenario=scenario, document=document, written_in=written_in,
    )  # fmt: skip


@router.get("/passages/{id:path}", response_model=Passage)
def passage(copilot: TheCopilot, id: str, lang: Language | None = None) -> Any:
    """One passage, as cited."""
    return copilot.toolbox.knowledge.index.passage(id, language=lang)
