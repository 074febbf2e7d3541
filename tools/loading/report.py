"""What a load did, so that every row read is accounted for."""

from __future__ import annotations

from collections import Counter

from tools.results import Frozen


class Note(Frozen):
    """A remark about a file: catalogue entry `note.<key>`, its blanks filled by `params`."""

    key: str
    params: dict[str, str | int] = {}


class SetAside(Frozen):
    """A row in quarantine. `row` counts as a spreadsheet does (the first line is row 1)."""

    row: int
    reason: str
    """Catalogue entry `reason.<reason>`."""
    text: str


class TableReport(Frozen):
    """One file, or one sheet of a workbook; `read == kept + sum(set_aside.values())`."""

    source: str
    table: str
    read: int
    kept: int
    set_aside: dict[str, int]
    columns: dict[str, str]
    """Canonical column -> the file's column it was taken from; "" when it was computed."""
    samples: list[SetAside] = []
    notes: list[Note] = []


class LoadReport(Frozen):
    files: list[TableReport]
    tables: dict[str, int]
    """Rows now in each canonical table."""

    @property
    def read(self) -> int:
        return sum(file.read for file in self.files)

    @property
    def kept(self) -> int:
        return sum(file.kept for file in self.files)

    @property
    def set_aside(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.set_aside)
        return dict(total)
