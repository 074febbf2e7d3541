"""What every route may ask for: the copilot and the reader's language."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Header, Query, Request

from copilot.session import Copilot
from tools.errors import NoData
from tools.segment_data import SegmentData

Language = Literal["zh", "en"]


def get_copilot(request: Request) -> Copilot:
    return request.app.state.copilot


def reader_language(
    lang: Annotated[Language | None, Query(description="Language of texts; default: Accept-Language, else en.")] = None,
    accept_language: Annotated[str, Header()] = "",
) -> Language:
    return lang or accepted_language(accept_language)


def accepted_language(header: str) -> Language:
    """The first of our languages that an Accept-Language header names, else English."""
    for part in header.lower().split(","):
        if part.strip()[:2] in {"zh", "en"}:
            return part.strip()[:2]
    return "en"


def get_data(
    copilot: Annotated[Copilot, Depends(get_copilot)],
    count_by: Annotated[
        Literal["", "account", "person"], Query(description="What a customer is; default: as the profile says.")
    ] = "",
) -> SegmentData:
    """The loaded data. Raises NoData when nothing was loaded, or persons are asked for and nothing is linked."""
    data = copilot.workspace.data(count_by)
    if data is None:
        raise NoData("nothing_loaded")
    return data


TheCopilot = Annotated[Copilot, Depends(get_copilot)]
TheData = Annotated[SegmentData, Depends(get_data)]
TheLanguage = Annotated[Language, Depends(reader_language)]
