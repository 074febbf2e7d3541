"""Tiers and metrics of the loaded data, and loading itself."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile

from copilot.api.dependencies import TheCopilot, TheData, TheLanguage
from copilot.catalogue import localise
from tools import catalog
from tools.errors import BadArgument

router = APIRouter(prefix="/api/v1", tags=["data"])


@router.get("/tiers")
def tiers(data: TheData, language: TheLanguage, as_of: str = "") -> dict[str, Any]:
    """The five tiers on a day: customers, revenue, AOV, recency."""
    return localise(data.tier_overview(as_of=as_of).model_dump(mode="json"), language)


@router.get("/tiers/migration")
def tier_migration(data: TheData, language: TheLanguage, from_day: str = "", to_day: str = "") -> dict[str, Any]:
    """Who moved between tiers from one day to another."""
    return localise(data.tier_migration(from_day=from_day, to_day=to_day).model_dump(mode="json"), language)


@router.get("/metrics")
def metrics(language: TheLanguage) -> list[dict[str, Any]]:
    """The catalogue: every metric with its unit and definition."""
    return [
        localise(
            {
                "name": name,
                "title": metric.title.model_dump(),
                "unit": metric.unit,
                "definition": metric.definition.model_dump(),
            },
            language,
        )
        for name, metric in catalog.metrics().items()
    ]


@router.get("/metrics/{name}")
def metric(
    name: str,
    data: TheData,
    language: TheLanguage,
    by: Annotated[str, Query(description="One or two dimensions, comma-separated.")] = "",
    where: Annotated[list[str] | None, Query(description="dimension=value[,value]; may repeat.")] = None,
    window: str = "",
    from_: Annotated[str, Query(alias="from")] = "",
    to: str = "",
    compare: Annotated[str, Query(pattern="^(|previous|last_year)$")] = "",
    order: Annotated[str, Query(pattern="^(|top|bottom)$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> dict[str, Any]:
    """One metric, optionally split, filtered and compared."""
    result = data.query_metric(
        name,
        by=[part.strip() for part in by.split(",") if part.strip()],
        where=_filters(where or []),
        window=data.days(from_, to) if from_ or to else window,
        compare=compare,
        order=order,
        limit=limit,
    )
    body = localise(result.model_dump(mode="json"), language)
    body["rows"] = body["rows"] or [{"dimensions": {}, "value": result.value, "n": result.n}]
    return body


def _filters(pairs: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, sign, values = pair.partition("=")
        if not sign or not values:
            raise BadArgument("bad_filter", given=pair)
        found.setdefault(key.strip(), []).extend(value.strip() for value in values.split(","))
    return found


@router.post("/load")
async def load(
    copilot: TheCopilot,
    files: Annotated[list[UploadFile], File()],
    map: Annotated[list[str] | None, Form()] = None,
) -> dict[str, Any]:
    """Load order files into the workspace; the report says what was taken for what."""
    mapping = {key: values[0] for key, values in _filters(map or []).items()}
    with tempfile.TemporaryDirectory() as folder:
        paths = [_keep(upload, Path(folder)) for upload in files]
        report = await asyncio.to_thread(copilot.workspace.load, paths, mapping=mapping)
    return {
        "read": report.read,
        "kept": report.kept,
        "set_aside": report.set_aside,
        "tables": report.tables,
        "files": [file.model_dump(mode="json") for file in report.files],
    }


def _keep(upload: UploadFile, folder: Path) -> Path:
    # Only the last part of the name is used: a client may send a path.
    path = folder / (Path(upload.filename or "upload.csv").name or "upload.csv")
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)
    return path
