"""Writes a segment's members to a file, streaming, with a manifest beside it.

No cell can run as a formula: text that a spreadsheet would take for one gets a leading apostrophe.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pyarrow as pa

from tools.errors import BadArgument
from tools.results import Frozen
from tools.roles import Role, require

IDS = ("customer_id",)
PERSONAL = ("customer_id", "name", "phone", "email")
FORMATS = (".csv", ".xlsx")
_XLSX_ROWS = 1_048_575
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Exported(Frozen):
    """What was written."""

    file: str
    manifest: str
    rows: int
    columns: list[str]
    sha256: str


def columns_for(role: Role, personal: bool) -> tuple[str, ...]:
    """Columns that a role may export. Raises NotAllowed where it may not."""
    require(role, "personal" if personal else "export")
    return PERSONAL if personal else IDS


def safe(value: Any) -> Any:
    """A cell that a spreadsheet does not run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_export(
    path: Path, columns: tuple[str, ...], batches: Iterable[pa.RecordBatch], manifest: dict[str, Any]
) -> Exported:
    """Write the rows, then the manifest with the file's digest; both appear whole or not at all.

    Raises BadArgument for an unknown format, or more rows than a spreadsheet holds.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise BadArgument("export_format", given=path.name, alternatives=list(FORMATS))
    beside = path.with_name(f"{path.name}.manifest.json")
    with _draft(path) as draft:
        with _Csv(draft) if suffix == ".csv" else _Xlsx(draft) as writer:
            rows = _write(writer, columns, batches)
        digest = _digest(draft)
        done = Exported(file=path.name, manifest=beside.name, rows=rows, columns=list(columns), sha256=digest)
        with _draft(beside) as told:
            text = json.dumps(manifest | done.model_dump(), ensure_ascii=False, indent=2, default=str)
            told.write_text(text, encoding="utf-8")
    return done


class _Writer(Protocol):
    def row(self, cells: list[Any]) -> None: ...


def _write(writer: _Writer, columns: tuple[str, ...], batches: Iterable[pa.RecordBatch]) -> int:
    writer.row(list(columns))
    count = 0
    for batch in batches:
        for cells in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
            writer.row([safe(cell) for cell in cells])
        count += batch.num_rows
    return count


class _Csv:
    """UTF-8 with a byte-order mark, which Excel needs to read Chinese."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _Csv:
        self._file = self._path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)
        return self

    def row(self, cells: list[Any]) -> None:
        self._rows.writerow(["" if cell is None else cell for cell in cells])

    def __exit__(self, *_: object) -> None:
        self._file.close()


class _Xlsx:
    """One sheet of text cells."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _Xlsx:
        import openpyxl  # heavy, and few files are workbooks

        self._book = openpyxl.Workbook(write_only=True)
        self._sheet = self._book.create_sheet("segment")
        self._count = 0
        return self

    def row(self, cells: list[Any]) -> None:
        self._count += 1
        if self._count > _XLSX_ROWS:
            raise BadArgument("export_too_long", rows=_XLSX_ROWS, alternatives=[".csv"])
        self._sheet.append([None if cell is None else str(cell) for cell in cells])

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._book.save(self._path)
        self._book.close()


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end, and disappears where something fails."""
    draft = path.with_name(f".{path.stem}.{uuid4().hex}{path.suffix}")
    try:
        draft.touch(mode=0o600)  # people's numbers, for who asked for them only
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
