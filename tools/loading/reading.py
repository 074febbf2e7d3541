"""Files to sheets: formats are told by content, cells stay text, rows keep their number."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq

from tools.errors import BadArgument
from tools.loading import layout
from tools.loading.encoding import open_bytes, text_encoding
from tools.loading.report import Note

TEXT = (".csv", ".tsv", ".txt", ".dat")
WORKBOOK = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")

# What the format libraries were seen to raise on damaged files; a workbook may break anywhere.
_DAMAGE = (
    csv.Error, EOFError, OSError, zlib.error, zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError,
    SyntaxError, NotImplementedError, duckdb.Error,
)  # fmt: skip

Cells = list[str | None]
Tick = Callable[[float], None]


@dataclass(frozen=True)
class Sheet:
    """One table of a file. `rows` yields (row number, cells); a Parquet file has `parquet` instead."""

    source: str
    path: Path
    headers: list[str]
    names: list[str]
    """The headers made unique, as `--map` takes them."""
    samples: list[Cells]
    has_header: bool = True
    rows: Callable[[Tick], Iterator[tuple[int, Cells]]] | None = None
    parquet: Path | None = None
    notes: list[Note] = field(default_factory=list)


def open_sheets(path: Path, scratch: Path) -> list[Sheet]:
    """Open a file for loading; `scratch` takes unpacked copies.

    Raises BadArgument for anything that is not a readable table: missing_file, not_a_file,
    empty_file, archive_file, unsupported_format, wrong_format, unreadable_file, and the
    errors of `text_encoding`.
    """
    suffix = _check(path)
    with readable(path):
        kind = _kind(path)
        if kind not in ("GZIP", "CSV") or suffix not in TEXT:
            whole = _unpacked(path, scratch) if kind == "GZIP" else path
            if (kind := _kind(whole)) != _expected(suffix):
                raise BadArgument("wrong_format", file=path.name, suffix=suffix, found=kind)
            return _workbook(path, whole) if kind == "XLSX" else [_parquet(path, whole)]
        return [_text(path)]


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes the format libraries raise into BadArgument `unreadable_file`."""
    try:
        yield
    except _DAMAGE as error:
        why = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise BadArgument("unreadable_file", file=path.name, why=why) from error


def _check(path: Path) -> str:
    """Return the file's suffix without .gz, or raise."""
    if path.is_dir():
        raise BadArgument("not_a_file", file=path.name)
    if not path.exists():
        raise BadArgument("missing_file", file=str(path))
    if path.stat().st_size == 0:
        raise BadArgument("empty_file", file=path.name)
    name = path.name.lower()
    suffix = next((s for s in (*TEXT, *WORKBOOK, *PARQUET) if name.removesuffix(".gz").endswith(s)), "")
    if name.endswith((".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz")):
        raise BadArgument("archive_file", file=path.name)
    if not suffix:
        raise BadArgument("unsupported_format", alternatives=[*TEXT, *WORKBOOK, *PARQUET], file=path.name)
    return suffix


def _expected(suffix: str) -> str:
    return "XLSX" if suffix in WORKBOOK else "Parquet" if suffix in PARQUET else "CSV"


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\x1f\x8b"):
        return "GZIP"
    if head.startswith(b"PAR1"):
        return "Parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "XLS"
    if head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            return "XLSX" if "xl/workbook.xml" in archive.namelist() else "ZIP"
    return "CSV"


def _unpacked(path: Path, scratch: Path) -> Path:
    target = scratch / f"{len(list(scratch.iterdir()))}-{path.name}"
    with gzip.open(path) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return target


def _text(path: Path) -> Sheet:
    encoding = text_encoding(path)
    with path.open("rb") as raw:
        head = list(islice(io.TextIOWrapper(open_bytes(path, raw), encoding, newline=""), 100))
    if not any(line.strip() for line in head):
        raise BadArgument("empty_file", file=path.name)
    if head[0].lstrip().startswith("<"):
        raise BadArgument("wrong_format", file=path.name, suffix=path.suffix, found="HTML")
    split = layout.splitter(head)
    frame = layout.frame([cells for _, cells in _records(split, head, path.name)][:20])

    def rows(tick: Tick) -> Iterator[tuple[int, Cells]]:
        size = path.stat().st_size
        with path.open("rb") as raw:
            lines = io.TextIOWrapper(open_bytes(path, raw), encoding, newline="")
            records = islice(_records(split, lines, path.name), frame.first_row, None)
            while chunk := list(islice(records, 10_000)):
                yield from chunk
                tick(raw.tell() / size)

    return _sheet(path.name, path, frame, rows)


def _records(split: layout.Splitter, lines: Iterable[str], name: str) -> Iterator[tuple[int, Cells]]:
    """Yield (line number, cells) of the rows that are not blank."""
    if split.delimiter is None:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, re.split(split.pattern, line.strip())
        return
    reader = csv.reader(lines, delimiter=split.delimiter, strict=True)
    started = 1
    try:
        for cells in reader:
            if any(cells):
                yield started, cells
            started = reader.line_num + 1
    except csv.Error as error:
        raise BadArgument("broken_line", file=name, line=started, why=str(error)) from error


def _workbook(path: Path, whole: Path) -> list[Sheet]:
    book = openpyxl.load_workbook(whole, read_only=True, data_only=True)
    try:
        titles = [sheet.title for sheet in book.worksheets]
    finally:
        book.close()
    sheets = [_worksheet(path, whole, title, alone=len(titles) == 1) for title in titles]
    found = [sheet for sheet in sheets if sheet is not None]
    if not found:
        raise BadArgument("empty_file", file=path.name)
    return found


def _worksheet(path: Path, whole: Path, title: str, *, alone: bool) -> Sheet | None:
    """Return the sheet, or None when it has no cell with a value."""

    def numbered(tick: Tick) -> Iterator[tuple[int, Cells]]:
        book = openpyxl.load_workbook(whole, read_only=True, data_only=True)
        try:
            sheet = book[title]
            total = sheet.max_row or 0
            sheet.reset_dimensions()  # a wrong stored extent would hide rows
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                if any(cell is not None for cell in cells):
                    yield number, [_cell_text(cell) for cell in cells]
                if number % 5_000 == 0 and total:
                    tick(min(number / total, 1.0))
        finally:
            book.close()

    sample = [cells for _, cells in islice(numbered(lambda share: None), 20)]
    if not sample:
        return None
    frame = layout.frame(sample)
    width = len(frame.headers)

    def rows(tick: Tick) -> Iterator[tuple[int, Cells]]:
        for number, cells in islice(numbered(tick), frame.first_row, None):
            # A sheet is a grid: what a short row does not say is blank.
            yield number, cells + [None] * (width - len(cells))

    return _sheet(path.name if alone else f"{path.name}[{title}]", path, frame, rows)


def _cell_text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def _parquet(path: Path, whole: Path) -> Sheet:
    file = pq.ParquetFile(whole)
    headers = file.schema_arrow.names
    names, notes = layout.unique_names(headers)
    return Sheet(path.name, path, headers, names, samples=[], parquet=whole, notes=notes)


def _sheet(source: str, path: Path, frame: layout.Frame, rows: Callable[[Tick], Iterator[tuple[int, Cells]]]) -> Sheet:
    names, notes = layout.unique_names(frame.headers)
    if frame.skipped:
        notes = [Note(key="skipped_lines", params={"count": frame.skipped}), *notes]
    return Sheet(
        source, path, frame.headers, names, samples=frame.samples, has_header=frame.has_header, rows=rows, notes=notes
    )
