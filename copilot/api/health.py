"""Is it alive, and who answers?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from copilot.api.dependencies import TheCopilot

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz(copilot: TheCopilot) -> dict[str, Any]:
    data = copilot.workspace.data()
    return {
        "status": "ok",
        "model": copilot.model_name,
        "workspace": copilot.workspace.settings.workspace,
        "engine": copilot.workspace.engine_name,
        "data_as_of": data.last_day.isoformat() if data else None,
    }
