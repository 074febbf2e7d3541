"""The metric catalogue of a workspace: ours, with the brand's own `metrics.yaml` laid over it.

A file with a mistake counts as a whole for nothing: the last good one stays in force (a copy is kept for
processes that start later) and `refusal` says what to mend.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from tools.availability import needs
from tools.catalog import Catalog, Metric, builtin, with_brand
from tools.definitions import BadDefinitions, Problem
from tools.segment_data import SegmentData

FILE = "metrics.yaml"


class BrandMetrics:
    """Reads the brand's definitions again whenever their file has changed."""

    def __init__(self, directory: Path, owner: Callable[[], str]) -> None:
        self._path = directory / FILE
        self._kept = directory / "store" / "metrics.good.yaml"
        self._owner = owner
        self._seen: tuple[bytes, str] | None = None
        self._catalog = builtin()
        self.refusal: BadDefinitions | None = None
        """Why the file as it stands does not count; None where it does."""

    def catalog(self) -> Catalog:
        """The definitions in force; the same object as long as nothing changed."""
        found = (_content(self._path), self._owner())
        if found != self._seen:
            self._seen = found
            self._catalog = self._read(*found)
        return self._catalog

    def _read(self, content: bytes, owner: str) -> Catalog:
        self.refusal = None
        if not content.strip():
            return builtin()
        try:
            found = read(content, FILE, owner)
        except BadDefinitions as refusal:
            self.refusal = refusal
            return self._last_good(owner)
        if content != _content(self._kept):
            _replace(self._kept, content)
        return found

    def _last_good(self, owner: str) -> Catalog:
        try:
            return read(_content(self._kept), FILE, owner)
        except BadDefinitions:  # written for an earlier version
            return builtin()


def read(content: bytes, source: str, owner: str) -> Catalog:
    """A brand's definitions over ours. Raises BadDefinitions with every mistake."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadDefinitions(source, [Problem(line=line, where="", code="not_text")]) from error
    return with_brand(text, source, owner)


def listed(catalog: Catalog, data: SegmentData | None) -> list[dict[str, Any]]:
    """Every metric with its definition, owner, and what is missing to compute it; both languages side by side."""
    return [
        {
            "name": name, "title": metric.title.model_dump(), "unit": metric.unit, "direction": metric.direction,
            "definition": metric.definition.model_dump(), "window": metric.window, "owner": metric.owner,
            "available": not (missing := _missing(metric, data)), "missing": missing,
            "dimensions": data.dimensions(name) if data and not missing else [],
        }
        for name, metric in catalog.metrics.items()
    ]  # fmt: skip


def unsupported(catalog: Catalog) -> list[dict[str, Any]]:
    """What people ask for and no table can tell."""
    return [
        {"name": name, "title": entry.title.model_dump(), "lacks": entry.lacks.model_dump()}
        for name, entry in catalog.unsupported.items()
    ]


def _missing(metric: Metric, data: SegmentData | None) -> list[str]:
    return data.missing(metric.name) if data else needs(metric)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    draft.write_bytes(content)
    draft.replace(path)
