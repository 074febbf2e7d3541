"""Batches of rows as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

import openpyxl
import pyarrow as pa
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES

from tools.exporting.cells import workbook_cells
from tools.exporting.files import RowFile


class XlsxFile(RowFile):
    """One sheet of text cells."""

    def _open(self, bom: bool) -> None:
        self._book = openpyxl.Workbook(write_only=True)
        self._sheet = self._book.create_sheet("messages")
        self._put([pa.array([header]) for header in self.headers])

    def write(self, columns: Sequence[pa.Array]) -> None:
        self._put(columns)
        self.rows += len(columns[0])

    def _put(self, columns: Sequence[pa.Array]) -> None:
        cells = [workbook_cells(column).fill_null("").to_pylist() for column in columns]
        for row in zip(*cells, strict=True):
            self._sheet.append([self._text(cell) if cell in ERROR_CODES else cell for cell in row])

    def _text(self, words: str) -> WriteOnlyCell:
        """Words that would else become an error value, such as "#N/A"."""
        cell = WriteOnlyCell(self._sheet, words)
        cell.data_type = "s"
        return cell

    def close(self) -> None:
        self._book.save(self.path)
        self._book.close()
