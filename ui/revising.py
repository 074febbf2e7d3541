"""A draft's card changed by what is typed beside it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from copilot.api.drafts import desk
from copilot.formatting import priced
from copilot.preview import preview_draft
from copilot.refusals import worded
from copilot.session import Copilot
from tools.errors import ToolError
from ui.drafts import revised_card


class Wished(BaseModel):
    """What somebody typed beside a card."""

    id: Annotated[str, Field(max_length=40)]
    wish: Annotated[str, Field(min_length=1, max_length=500)]
    lang: Literal["zh", "en"]
    number: Annotated[int, Field(ge=1, le=99)] = 1


def routes(path: str, copilot: Callable[[], Copilot]) -> APIRouter:
    """`POST <path>/draft`: the card of the new version as HTML, or why there is none with status 422."""
    router = APIRouter(prefix=path, include_in_schema=False)

    @router.post("/draft")
    def revise(wished: Wished) -> HTMLResponse:
        try:
            return HTMLResponse(_card(copilot(), wished))
        except ToolError as error:
            return HTMLResponse(escape(worded(error, wished.lang)), status_code=422)

    return router


def _card(copilot: Copilot, wished: Wished) -> str:
    made = desk(copilot).revise(wished.id, wished.wish)
    with priced(copilot.workspace.currency):
        return revised_card(wished.number, made, wished.lang, preview_draft(copilot.workspace, made.draft))
