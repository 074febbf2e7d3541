"""One table of a file, before anything is known about what its columns mean."""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tools.errors import BadArgument
from tools.loading import layout
from tools.loading.report import Note

# What the format libraries were seen to raise on damaged files; a workbook may break anywhere.
_DAMAGE = (
    csv.Error, EOFError, OSError, zlib.error, zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError,
    SyntaxError, NotImplementedError, duckdb.Error,
)  # fmt: skip

# Of these the words are about the file; others may quote a cell, and with it a person.
_OF_THE_FILE = (csv.Error, EOFError, OSError, zlib.error, zipfile.BadZipFile)

Cells = list[str | None]
Tick = Callable[[float], None]
Rows = Callable[[Tick], Iterator[tuple[int, Cells]]]


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
    rows: Rows | None = None
    parquet: Path | None = None
    numeric: frozenset[int] = frozenset()
    """Positions of columns that hold numbers by type, not text: their decimals need no guess."""
    kinds: Mapping[int, str] = field(default_factory=dict)
    """Position -> what a Parquet column's cells are by type: "time", "double", "number" (decimal), "whole" or "flag";
    columns that are not here are text, or become it."""
    notes: list[Note] = field(default_factory=list)

    @property
    def part(self) -> str:
        """"[title]" for one of several sheets of a workbook, else ""."""
        return self.source.removeprefix(self.path.name)


def framed(source: str, path: Path, frame: layout.Frame, rows: Rows, notes: list[Note]) -> Sheet:
    """A sheet whose rows follow the header that `frame` found."""
    names, renamed = layout.unique_names(frame.headers)
    skipped = [Note(key="skipped_lines", params={"count": frame.skipped})] if frame.skipped else []
    return Sheet(
        source, path, frame.headers, names, samples=frame.samples, has_header=frame.has_header, rows=rows,
        notes=[*skipped, *renamed, *notes],
    )  # fmt: skip


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes the format libraries raise into BadArgument `unreadable_file`."""
    try:
        yield
    except _DAMAGE as error:
        said = str(error) if isinstance(error, _OF_THE_FILE) else ""
        why = (said or type(error).__name__).splitlines()[0][:200]
        raise BadArgument("unreadable_file", file=path.name, why=why) from error
