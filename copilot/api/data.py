"""Metrics of the loaded data, and loading itself."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile

from copilot import shapes
from copilot.api.dependencies import TheCopilot, TheData, TheLanguage
from copilot.brand_metrics import listed
from copilot.catalogue import localise
from tools.errors import BadArgument

router = APIRouter(prefix="/api/v1", tags=["data"])

LONGEST_NAME = 200
"""Bytes of a file name; file systems take 255."""


@router.get("/metrics")
def metrics(copilot: TheCopilot, language: TheLanguage) -> list[dict[str, Any]]:
    """The catalogue: every metric with its unit, definition and owner, and what is missing to compute it."""
    return localise(listed(copilot.workspace.metrics.catalog(), copilot.workspace.data()), language)


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
        by=shapes.names(by),
        where=shapes.filters(where or []),
        window=data.days(from_, to) if from_ or to else window,
        compare=compare,
        order=order,
        limit=limit,
    )
    return shapes.metric_json(result, language)


@router.post("/load")
def load(
    copilot: TheCopilot,
    files: Annotated[list[UploadFile], File()],
    map: Annotated[list[str] | None, Form(description="canonical=column, e.g. amount=实付金额; may repeat.")] = None,
    currency: Annotated[str, Form(description="Currency of the amounts, e.g. GBP; kept in the profile.")] = "",
    free_orders: Annotated[bool, Form(description="Keep orders of amount 0 instead of setting them aside.")] = False,
) -> dict[str, Any]:
    """Load order files into the workspace; the report says what was taken for what."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [keep_upload(upload, Path(folder) / str(number)) for number, upload in enumerate(files)]
        report = copilot.workspace.load(
            paths, mapping=shapes.mapping(map or []), currency=currency, free_orders=free_orders
        )
    return shapes.report_json(report)


def keep_upload(upload: UploadFile, folder: Path, largest: int | None = None) -> Path:
    """Write an upload under its own name, in a folder of its own: two files may share a name.

    One with more than `largest` bytes is not copied: its reader meets an empty file of that length, and refuses it.
    """
    # Only the last part of the name is used: a client may send a path.
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    if name in {"", ".", ".."} or "\0" in name or len(name.encode()) > LONGEST_NAME:
        raise BadArgument("bad_file_name", given=name[:80])
    folder.mkdir()
    with (folder / name).open("wb") as file:
        if largest is not None and (upload.size or 0) > largest:
            file.truncate(largest + 1)
        else:
            shutil.copyfileobj(upload.file, file)
    return folder / name
