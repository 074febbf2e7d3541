"""Selecting people: preview, save, look up, compare, export (customer numbers only)."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from copilot.api.dependencies import TheCopilot, TheLanguage
from copilot.catalogue import localise
from tools.errors import BadArgument, NoData
from tools.selection.desk import SegmentDesk
from tools.selection.results import Selection
from tools.selection.rule import as_rule

router = APIRouter(prefix="/api/v1/segments", tags=["segments"])


class Wanted(BaseModel):
    """Who is selected: in plain words, or by a rule."""

    words: str = Field("", max_length=2000)
    rule: dict[str, Any] | None = None
    exclude: list[str] = Field([], description="Saved segments, lists, or conditions in plain words.", max_length=20)


class ToSave(Wanted):
    name: str
    owner: str = Field("", max_length=80)
    acknowledge: bool = Field(False, description="Leave out what was not understood, take proposed values.")


def get_desk(copilot: TheCopilot) -> SegmentDesk:
    """Raises NoData when nothing was loaded."""
    desk = copilot.workspace.segments()
    if desk is None:
        raise NoData("nothing_loaded")
    return desk


TheDesk = Annotated[SegmentDesk, Depends(get_desk)]


@router.post("/preview")
def preview(wanted: Wanted, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Size, profile against the rest and reach of a selection; what was (not) understood of its words."""
    return _body(_previewed(wanted, desk), language)


@router.post("", status_code=201)
def save(wanted: ToSave, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """Save a selection as the next version of a segment."""
    selection = _previewed(wanted, desk)
    saved = desk.save(wanted.name, selection, said=wanted.words, owner=wanted.owner, at=datetime.now(UTC),
                      acknowledged=wanted.acknowledge)  # fmt: skip
    return localise(saved.model_dump(mode="json"), language)


@router.get("")
def segments(desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """The saved segments, each in its newest version."""
    return localise(desk.list().model_dump(mode="json"), language)


@router.get("/{name}")
def segment(name: str, desk: TheDesk, language: TheLanguage) -> dict[str, Any]:
    """A saved segment (name or name@2) on the data as it is now, with its versions."""
    body = _body(desk.show(name), language)
    versions = desk.versions(desk.saved(name).name)
    return body | {"versions": [localise(saved.model_dump(mode="json"), language) for saved in versions]}


@router.get("/{name}/overlap")
def overlap(
    name: str, desk: TheDesk, language: TheLanguage,
    other: Annotated[list[str] | None, Query(description="Saved segments; all others by default.")] = None,
) -> dict[str, Any]:  # fmt: skip
    """How many customers a segment shares with other segments and with each tier."""
    return localise(desk.overlap(name, other or []).model_dump(mode="json"), language)


@router.get("/{name}/export")
def export(
    name: str, desk: TheDesk, copilot: TheCopilot, format: Literal["csv", "xlsx"] = "csv"
) -> FileResponse:
    """The members' customer numbers as a file, unless the role only looks on; personal data is exported on the
    command line only."""
    selection = desk.show(name)
    folder = tempfile.TemporaryDirectory(prefix="wellspring-segment-")
    path = Path(folder.name) / f"segment.{format}"
    try:
        wrote = desk.export(selection, path, role=copilot.workspace.settings.role, at=datetime.now(UTC))
    except BaseException:
        folder.cleanup()
        raise
    file_name = f"{selection.name}-v{selection.version}.{format}"
    return FileResponse(path, filename=file_name, headers={"X-Content-SHA256": wrote.sha256},
                        background=BackgroundTask(folder.cleanup))  # fmt: skip


def _previewed(wanted: Wanted, desk: SegmentDesk) -> Selection:
    if bool(wanted.words.strip()) == (wanted.rule is not None):
        raise BadArgument("segment_words_or_rule")
    exclusions = desk.exclusions(wanted.exclude)
    rule = as_rule(wanted.rule) if wanted.rule is not None else None
    return desk.preview(wanted.words, rule=rule, exclusions=exclusions)


def _body(selection: Selection, language: str) -> dict[str, Any]:
    return localise(selection.model_dump(mode="json") | {"rule": selection.rule.dump()}, language)
