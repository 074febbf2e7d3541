"""Rows that loading set aside, and the book of loads: for the operator's own eyes, the rows hold personal data."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.quarantinetext import loads_json, quarantine_json, shown_to
from tools.quarantine import loads as all_loads
from tools.quarantine import quarantined

router = APIRouter(prefix="/api/v1", tags=["data"])


@router.get("/quarantine")
def quarantine(
    copilot: TheCopilot,
    language: TheLanguage,
    table: Annotated[str, Query(description="Table of the rows.")] = "",
    reason: Annotated[str, Query(description="Reason code.")] = "",
    load: Annotated[str, Query(description="Load id or its beginning.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Counts by table, file and reason, and one page of rows with their own text; `next_offset` asks for the next.

    A viewer gets the rows without their text, which holds personal data.
    """
    found = quarantined(
        copilot.workspace.warehouse(), table=table, reason=reason, load=load, limit=limit, offset=offset
    )
    return quarantine_json(shown_to(copilot.workspace.settings.role, found), language)


@router.get("/loads")
def loads(copilot: TheCopilot, language: TheLanguage) -> dict[str, Any]:
    """Every load: when, which file, rows read, kept and set aside by reason."""
    return loads_json(all_loads(copilot.workspace.warehouse()), language)
