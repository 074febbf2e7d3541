"""XLSX workbooks: every visible sheet with cells is a table."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path

import openpyxl

from tools.errors import BadArgument
from tools.loading import layout
from tools.loading.report import Note
from tools.loading.sheet import Cells, Sheet, Tick, framed

_SAMPLE = 20
_MOST_MB = 1024
"""A workbook's shared texts are held in memory; unpacked it may be a thousand times its size."""


def open_workbook(path: Path, whole: Path) -> list[Sheet]:
    """Open the sheets of `whole`, the unpacked copy of `path` (or itself).

    Raises BadArgument `empty_file` when no visible sheet has a cell with a value, `workbook_too_big`
    for one that should come as CSV.
    """
    with zipfile.ZipFile(whole) as archive:
        size = sum(part.file_size for part in archive.infolist()) >> 20
    if size > _MOST_MB:
        raise BadArgument("workbook_too_big", file=path.name, size=size, most=_MOST_MB)
    book = openpyxl.load_workbook(whole, read_only=True, data_only=True)
    try:
        titles = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        parts = {sheet.title: sheet._worksheet_path for sheet in book.worksheets}
    finally:
        book.close()
    sheets = [_worksheet(path, whole, title, parts[title], alone=len(titles) == 1) for title in titles]
    found = [sheet for sheet in sheets if sheet is not None]
    if not found:
        raise BadArgument("empty_file", file=path.name)
    if hidden:
        found[0].notes.append(left_out(hidden))
    return found


def left_out(titles: list[str]) -> Note:
    return Note(key="left_out_sheets", params={"sheets": ", ".join(titles)})


def _worksheet(path: Path, whole: Path, title: str, part: str, *, alone: bool) -> Sheet | None:
    """Return the sheet, or None when it has no cell with a value."""
    sample = list(islice(_numbered(whole, title, lambda share: None), _SAMPLE))
    # Formulas that nobody ever calculated have no value; their text then stands in, to be shown in quarantine.
    formulas = list(islice(_numbered(whole, title, lambda share: None, formulas=True), _SAMPLE)) != sample
    numbered = partial(_numbered, whole, title, formulas=formulas)
    sample = list(islice(numbered(lambda share: None), _SAMPLE))
    if not sample:
        return None
    frame = layout.frame([cells for _, cells in sample])
    width = len(frame.headers)

    def rows(tick: Tick) -> Iterator[tuple[int, Cells]]:
        for number, cells in islice(numbered(tick), frame.first_row, None):
            # A sheet is a grid: what a short row does not say is blank.
            yield number, cells + [None] * (width - len(cells))

    header_row = sample[frame.first_row - 1][0] if frame.first_row else 0
    notes = _merged(whole, part, header_row)
    return framed(path.name if alone else f"{path.name}[{title}]", path, frame, rows, notes)


def _numbered(whole: Path, title: str, tick: Tick, *, formulas: bool = False) -> Iterator[tuple[int, Cells]]:
    """Yield (row number, cells) of the rows that are not blank; with `formulas`, their text where no value is."""
    rows = _raw(whole, title, tick)
    if formulas:
        both = zip(rows, _raw(whole, title, lambda share: None, data_only=False), strict=False)
        rows = ((number, [written if value is None else value for value, written in zip(values, texts, strict=False)])
                for (number, values), (_, texts) in both)  # fmt: skip
    for number, cells in rows:
        if any(cell is not None for cell in cells):
            yield number, [_text(cell) for cell in cells]


def _raw(whole: Path, title: str, tick: Tick, *, data_only: bool = True) -> Iterator[tuple[int, list[object]]]:
    book = openpyxl.load_workbook(whole, read_only=True, data_only=data_only)
    try:
        sheet = book[title]
        total = sheet.max_row or 0
        sheet.reset_dimensions()  # a wrong stored extent would hide rows
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, list(cells)
            if number % 5_000 == 0 and total:
                tick(min(number / total, 1.0))
    finally:
        book.close()


def _merged(whole: Path, part: str, header_row: int) -> list[Note]:
    """Cells merged down several rows of data hold their value in the first row only."""
    down: list[str] = []
    tail = b""
    with zipfile.ZipFile(whole) as archive, archive.open(part) as xml:
        while chunk := xml.read(1 << 20):
            for found in re.finditer(rb'<mergeCell ref="([A-Z]+(\d+):[A-Z]+(\d+))"', tail + chunk):
                first, last = int(found[2]), int(found[3])
                if last > first > header_row and found[1].decode() not in down:
                    down.append(found[1].decode())
            tail = chunk[-100:]
    return [Note(key="merged_cells", params={"count": len(down), "example": down[0]})] if down else []


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)
