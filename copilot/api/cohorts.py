"""Cohorts and repurchase curves."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from copilot import shapes
from copilot.api.dependencies import TheData, TheLanguage
from copilot.catalogue import localise

router = APIRouter(prefix="/api/v1", tags=["data"])

Filters = Annotated[list[str] | None, Query(description="dimension=value[,value]; may repeat.")]
First = Annotated[str, Query(alias="from", description="First day of the first orders.")]


@router.get("/cohorts")
def cohorts(
    data: TheData,
    language: TheLanguage,
    by: Annotated[str, Query(description="week, month or quarter of the first order.")] = "month",
    measure: Annotated[str, Query(description="customers, retention, orders, revenue, arpu or ltv.")] = "retention",
    age: Annotated[int, Query(description="Days of a period from the first order; 0 for calendar periods.")] = 0,
    where: Filters = None,
    window: str = "",
    from_: First = "",
    to: str = "",
) -> dict[str, Any]:
    """Customers by the period of their first order, followed over the periods since."""
    days = data.days(from_, to) if from_ or to else window
    found = data.cohorts.table(by, measure, age_days=age, where=shapes.filters(where or []), window=days)
    return localise(found.model_dump(mode="json"), language)


@router.get("/repurchase")
def repurchase(
    data: TheData,
    language: TheLanguage,
    by: Annotated[str, Query(description="Any dimension of new customers; empty for no split.")] = "month",
    after: Annotated[int, Query(description="Order that the days count from: 1 for the first.")] = 1,
    where: Filters = None,
    window: str = "",
    from_: First = "",
    to: str = "",
) -> dict[str, Any]:
    """How many customers order again within how many days, in total and for each group."""
    days = data.days(from_, to) if from_ or to else window
    found = data.cohorts.repurchase(by, after, where=shapes.filters(where or []), window=days)
    return localise(found.model_dump(mode="json"), language)
