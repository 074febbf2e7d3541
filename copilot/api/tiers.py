"""The five tiers over time, why a customer is in one, RFM segments, lifecycle, and the rules."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from copilot import shapes
from copilot.api.dependencies import TheCopilot, TheData, TheLanguage
from copilot.catalogue import localise
from tools.results import Frozen

router = APIRouter(prefix="/api/v1/tiers", tags=["tiers"])

AsOf = Annotated[str, Query(description="Day, e.g. 2024-11-30; empty for the data's last day.")]
Rules = Annotated[str, Query(description="Version of the rules, or shown; empty for the rules in force.")]


def _body(result: Frozen, language: str) -> dict[str, Any]:
    return localise(result.model_dump(mode="json"), language)


@router.get("")
def tiers(data: TheData, language: TheLanguage, as_of: AsOf = "", rules: Rules = "") -> dict[str, Any]:
    """The five tiers on a day: customers, revenue, AOV, recency."""
    return _body(data.tiers.overview(as_of, rules), language)


@router.get("/migration")
def migration(
    data: TheData, language: TheLanguage, from_day: str = "", to_day: str = "", rules: Rules = ""
) -> dict[str, Any]:
    """How many moved between tiers from one day to another, and what they paid meanwhile."""
    return _body(data.tiers.migration(from_day, to_day, rules), language)


@router.get("/moved")
def moved(
    data: TheData,
    language: TheLanguage,
    source: str,
    target: str,
    from_day: str = "",
    to_day: str = "",
    rules: Rules = "",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> dict[str, Any]:
    """Who moved from one tier ("new" for those without an order yet) to another."""
    return _body(data.tiers.moved(source, target, from_day, to_day, rules, limit), language)


@router.get("/expected")
def expected(data: TheData, language: TheLanguage, as_of: AsOf = "", rules: Rules = "") -> dict[str, Any]:
    """Tier sizes a month on, if moves repeat those of past months."""
    return _body(data.tiers.expected(as_of, rules), language)


@router.get("/history")
def history(
    data: TheData, language: TheLanguage, months: int = 12, as_of: AsOf = "", rules: Rules = ""
) -> dict[str, Any]:
    """Tier sizes at the last month ends."""
    return _body(data.tiers.history(months, as_of, rules), language)


@router.get("/why")
def why(data: TheData, language: TheLanguage, customer: str, as_of: AsOf = "", rules: Rules = "") -> dict[str, Any]:
    """Every rule with one customer's value and the threshold, and which one decides."""
    return _body(data.tiers.why(customer, as_of, rules), language)


@router.get("/rfm")
def rfm(
    data: TheData,
    language: TheLanguage,
    as_of: AsOf = "",
    ties: Annotated[str, Query(description="upper, lower or r_rfm; empty for the workspace's own.")] = "",
    cut_points: Annotated[list[str] | None, Query(description="recency=30,60,120,240; may repeat.")] = None,
) -> dict[str, Any]:
    """RFM scores and segments."""
    return _body(data.tiers.rfm(as_of, ties, shapes.filters(cut_points or [], "bad_cut_points")), language)


@router.get("/lifecycle")
def lifecycle(data: TheData, language: TheLanguage, as_of: AsOf = "", rules: Rules = "") -> dict[str, Any]:
    """Customers in each stage of the lifecycle."""
    return _body(data.tiers.lifecycle(as_of, rules), language)


@router.get("/rules")
def rules(data: TheData) -> dict[str, Any]:
    """Every version of the tier rules, the one in force last."""
    return {"versions": [version.model_dump(mode="json") for version in data.tiers.versions()]}


@router.patch("/rules")
def set_rules(
    copilot: TheCopilot,
    changes: Annotated[dict[str, str | int | float], Body(examples=[{"dormancy_days": 120, "high_share": "15%"}])],
) -> dict[str, Any]:
    """Change thresholds: a new version from now on; membership under earlier ones stays."""
    copilot.workspace.set_tier_rules(changes)
    return rules(copilot.workspace.data())
