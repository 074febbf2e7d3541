"""Look over an installation: what works, what is missing, how to mend it."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable

from copilot.answer import Frozen
from copilot.catalogue import text
from copilot.faults import ModelFault, fault_message
from copilot.model import build_model
from copilot.refusals import is_refusal, worded
from copilot.settings import Settings
from copilot.workspace import Workspace
from tools.errors import ToolError


class Finding(Frozen):
    what: str
    ok: bool
    detail: str
    mend: str = ""


def examine(settings: Settings, language: str) -> list[Finding]:
    """Check Python, disk, data, index and model, in that order."""
    checks: tuple[Callable[[Settings, str], Finding], ...] = (_python, _disk, _data, _index, _model)
    return [check(settings, language) for check in checks]


def _finding(name: str, ok: bool, language: str, **blanks: object) -> Finding:
    state = "ok" if ok else "bad"
    mend = "" if ok else text(f"doctor.{name}.mend", language, **blanks)
    return Finding(
        what=text(f"doctor.{name}.what", language),
        ok=ok,
        detail=text(f"doctor.{name}.{state}", language, **blanks),
        mend=mend,
    )


def _python(settings: Settings, language: str) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return _finding("python", sys.version_info >= (3, 11), language, version=version)


def _disk(settings: Settings, language: str) -> Finding:
    place = settings.home.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    return _finding("disk", free > 1, language, free=f"{free:.1f}", place=place)


def _data(settings: Settings, language: str) -> Finding:
    try:
        data = Workspace(settings).data()
    except ToolError as error:
        what = text("doctor.data.what", language)
        return Finding(what=what, ok=False, detail=worded(error, language))
    if data is None:
        return _finding("data", False, language, workspace=settings.workspace)
    return _finding("data", True, language, first=data.first_day, last=data.last_day, workspace=settings.workspace)


def _index(settings: Settings, language: str) -> Finding:
    workspace = Workspace(settings)
    try:
        if workspace.index_store.current() is None:
            return _finding("index", False, language, why=text("doctor.index.none", language))
        answerable = workspace.knowledge().search("SMART", k=1).results
        return _finding("index", bool(answerable), language, why="")
    except Exception as error:
        if not is_refusal(error):
            raise
        return _finding("index", False, language, why=worded(error, language))


def _model(settings: Settings, language: str) -> Finding:
    if not settings.language_model:
        return Finding(what=text("doctor.model.what", language), ok=True, detail=text("doctor.model.none", language))
    try:
        asyncio.run(build_model(settings).ainvoke("Reply with the word: ok"))
    except ModelFault as error:
        why = fault_message(error.fault, language, log_id="-")
        return _finding("model", False, language, model=settings.model, why=why)
    return _finding("model", True, language, model=settings.model)
