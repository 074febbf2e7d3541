"""Writes batches of rows to a file as they come; no cell can run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv

from tools.exporting.cells import safe_cells
from tools.exporting.job import Format
from tools.exporting.manifest import FileNote

_BOM = b"\xef\xbb\xbf"


class RowFile:
    """One file of text cells, open until `close`."""

    def __init__(self, path: Path, headers: Sequence[str], *, bom: bool = True) -> None:
        self.path = path
        self.headers = list(headers)
        self.rows = 0
        path.touch(mode=0o600)  # people's numbers, for who asked for them only
        self._open(bom)

    def _open(self, bom: bool) -> None:
        raise NotImplementedError

    def write(self, columns: Sequence[pa.Array]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def note(self, role: str, *, text: str = "", template: str = "") -> FileNote:
        """The closed file as the manifest tells it."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileNote(name=self.path.name, role=role, rows=self.rows, bytes=self.path.stat().st_size, sha256=digest,
                        columns=self.headers, text=text, template=template)  # fmt: skip


class CsvFile(RowFile):
    _file: BinaryIO

    def _open(self, bom: bool) -> None:
        self._file = self.path.open("wb")
        self._file.write(_BOM if bom else b"")
        # Numbered names: two columns of one header are the sender's business.
        self._schema = pa.schema([(str(at), pa.string()) for at in range(len(self.headers))])
        options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
        self._rows = pa.csv.CSVWriter(self._file, self._schema, write_options=options)
        self._put([pa.array([header]) for header in self.headers])

    def write(self, columns: Sequence[pa.Array]) -> None:
        self._put(columns)
        self.rows += len(columns[0])

    def _put(self, columns: Sequence[pa.Array]) -> None:
        cells = [safe_cells(column).fill_null("") for column in columns]
        self._rows.write_table(pa.table(cells, schema=self._schema))

    def close(self) -> None:
        self._rows.close()
        self._file.close()


def open_file(path: Path, headers: Sequence[str], kind: Format, *, bom: bool = True) -> RowFile:
    """A new file of that kind; the suffix is added to `path`."""
    path = path.with_name(f"{path.name}.{kind}")
    if kind == "csv":
        return CsvFile(path, headers, bom=bom)
    from tools.exporting.workbook import XlsxFile  # heavy, and few files are workbooks

    return XlsxFile(path, headers)
