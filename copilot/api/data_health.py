"""Whether the loaded data can carry the answers built on it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from copilot.api.dependencies import TheCopilot, TheData, TheLanguage
from copilot.healthtext import health_json

router = APIRouter(prefix="/api/v1", tags=["data"])


@router.get("/data/health")
def data_health(copilot: TheCopilot, data: TheData, language: TheLanguage) -> dict[str, Any]:
    """Freshness, missing days, jumps in volume, unknown customers, columns that changed meaning."""
    return health_json(data.health.report(copilot.workspace.today), language)
