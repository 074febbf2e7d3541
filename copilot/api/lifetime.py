"""Whom the brand is losing, and what its customers are worth."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from copilot.api.dependencies import TheData, TheLanguage
from copilot.catalogue import localise

router = APIRouter(prefix="/api/v1/lifetime", tags=["data"])

To = Annotated[date | None, Query(description="Last day to fit on; the days after it check the model.")]
Horizon = Annotated[int, Query(description="Days to look ahead.")]
TimeUnit = Annotated[Literal["weeks", "days"], Query(description="Time unit of the models' parameters.")]


@router.get("")
def lifetime(
    data: TheData, language: TheLanguage, to: To = None, horizon: Horizon = 365, unit: TimeUnit = "weeks"
) -> dict[str, Any]:
    """Parameters, log-likelihood, calibration, and outlook and churn risk by tier; `reason` where there is none."""
    return localise(data.lifetime.report(to, horizon, unit).model_dump(mode="json"), language)


@router.get("/customer")
def customer(
    data: TheData,
    language: TheLanguage,
    customer: str,
    to: To = None,
    horizon: Horizon = 365,
    unit: TimeUnit = "weeks",
) -> dict[str, Any]:
    """What the model sees and expects of one customer."""
    return localise(data.lifetime.customer(customer, to, horizon, unit).model_dump(mode="json"), language)
