"""Files to sheets: formats are told by content, cells stay text, rows keep their number."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tools.errors import BadArgument
from tools.loading import layout
from tools.loading.encoding import open_bytes, text_encoding
from tools.loading.limits import Limits
from tools.loading.report import Note
from tools.loading.sheet import Cells, Sheet, Tick, framed, readable
from tools.loading.workbook import open_workbook

TEXT = (".csv", ".tsv", ".txt", ".dat")
WORKBOOK = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")


def open_sheets(path: Path, scratch: Path, limits: Limits = Limits()) -> list[Sheet]:
    """Open a file for loading; `scratch` takes unpacked copies.

    Raises BadArgument for anything that is not a readable table: missing_file, not_a_file,
    empty_file, archive_file, unsupported_format, wrong_format, protected_file, unreadable_file,
    and the errors of `Limits` and `text_encoding`.
    """
    suffix = _check(path)
    limits.check_size(path)
    with readable(path):
        kind = _kind(path)
        if kind == "GZIP":
            limits.check_gzip(path)
        if kind in ("GZIP", "CSV") and suffix in TEXT:
            return [_text(path)]
        whole = _unpacked(path, scratch) if kind == "GZIP" else path
        kind = _kind(whole)
        if kind == "XLS" and suffix in WORKBOOK:
            raise BadArgument("protected_file", file=path.name)
        if kind != _expected(suffix):
            raise BadArgument("wrong_format", file=path.name, suffix=suffix, found=kind)
        if kind == "Parquet":
            return [_parquet(path, whole)]
        limits.check_workbook(whole)
        return open_workbook(path, whole)


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
    # No further than needed: the head may end inside a cell of several lines.
    frame = layout.frame([cells for _, cells in islice(_records(split, head, path.name, 0), 20)])

    def rows(tick: Tick) -> Iterator[tuple[int, Cells]]:
        size = path.stat().st_size
        with path.open("rb") as raw:
            lines = io.TextIOWrapper(open_bytes(path, raw), encoding, newline="")
            records = islice(_records(split, lines, path.name, len(frame.headers)), frame.first_row, None)
            while chunk := list(islice(records, 10_000)):
                yield from chunk
                tick(raw.tell() / size)

    return framed(path.name, path, frame, rows, _unended(path))


def _unended(path: Path) -> list[Note]:
    """A file whose last line has no end may have been cut off within it."""
    with path.open("rb") as file:
        if file.read(2) == b"\x1f\x8b":
            return []
        file.seek(-2, io.SEEK_END)
        ended = file.read(2).rstrip(b"\0").endswith((b"\n", b"\r"))
    return [] if ended else [Note(key="unended_file")]


def _records(split: layout.Splitter, lines: Iterable[str], name: str, width: int) -> Iterator[tuple[int, Cells]]:
    """Yield (line number, cells) of the rows that are not blank; `width` 0 while the header is unknown.

    Raises BadArgument `broken_line` where quotes are unbalanced.
    """
    if split.delimiter is None:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, re.split(split.pattern, line.strip())
        return
    reader = csv.reader(lines, delimiter=split.delimiter, strict=True)
    started = 1
    try:
        for cells in reader:
            if width and reader.line_num > started and _swallowed(cells, split.delimiter, width):
                raise BadArgument("broken_line", file=name, line=started, why="a quote that never closes")
            if any(cells):
                yield started, cells
            started = reader.line_num + 1
    except csv.Error as error:
        raise BadArgument("broken_line", file=name, line=started, why=str(error)) from error


def _swallowed(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines holds other rows: an open quote took them in."""
    if len(cells) != width:
        return True
    inner = [line for cell in cells for line in cell.splitlines()[1:-1]]
    return width > 1 and any(line.count(delimiter) == width - 1 for line in inner)


def _parquet(path: Path, whole: Path) -> Sheet:
    schema = pq.ParquetFile(whole).schema_arrow
    headers = [layout.clean(name) for name in schema.names]
    names, notes = layout.unique_names(headers)
    numeric = frozenset(
        at for at, kind in enumerate(schema.types) if pa.types.is_primitive(kind) or pa.types.is_decimal(kind)
    )
    kinds = {at: kind for at, type_ in enumerate(schema.types) if (kind := _kind_of_cells(type_))}
    return Sheet(path.name, path, headers, names, samples=[], parquet=whole, numeric=numeric, kinds=kinds, notes=notes)


def _kind_of_cells(type_: pa.DataType) -> str:
    """What cells of a type are without being read as text, "" for text and types whose text says more."""
    if pa.types.is_date(type_) or (pa.types.is_timestamp(type_) and type_.tz is None):
        return "time"
    if pa.types.is_integer(type_):
        return "whole"
    # A single-precision number is meant as it is written, not as it is stored.
    if pa.types.is_float64(type_):
        return "double"
    if pa.types.is_decimal(type_):
        return "number"
    return "flag" if pa.types.is_boolean(type_) else ""
