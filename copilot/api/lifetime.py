"""Whom the brand is losing, and what its customers are worth."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter

from copilot.api.dependencies import TheData, TheLanguage
from copilot.catalogue import localise

router = APIRouter(prefix="/api/v1", tags=["data"])


@router.get("/lifetime")
def lifetime(data: TheData, language: TheLanguage, to: date | None = None) -> dict[str, Any]:
    """Parameters, log-likelihood, calibration and outlook by tier; `reason` where the data cannot tell."""
    return localise(data.lifetime.report(to).model_dump(mode="json"), language)
