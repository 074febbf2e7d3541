"""Whether anything happened to the campaigns: what an open tab asks every few seconds (page.js)."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from copilot.session import Copilot


def routes(path: str, copilot: Callable[[], Copilot]) -> APIRouter:
    """`GET <path>/campaigns/steps`: a number that is another one after every step of a campaign."""
    router = APIRouter(prefix=path, include_in_schema=False)

    @router.get("/campaigns/steps")
    def steps() -> int:
        return copilot().workspace.campaign_store.steps()

    return router
