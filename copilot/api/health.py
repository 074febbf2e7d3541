"""Is it alive, and who answers?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from copilot.api.dependencies import TheCopilot

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz(copilot: TheCopilot, request: Request) -> dict[str, Any]:
    """It answers once questions are answered; `loading` is what still loads, and whoever asks for that waits for it."""
    data = copilot.workspace.data()
    return {
        "status": "ok",
        "model": copilot.model_name,
        "workspace": copilot.workspace.settings.workspace,
        "engine": copilot.workspace.engine_name,
        "data_as_of": data.last_day.isoformat() if data else None,
        "loading": request.app.state.later.left,
    }
