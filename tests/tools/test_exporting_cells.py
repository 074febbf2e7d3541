"""T-CSV: cells that attack a spreadsheet, through export and back by pandas and openpyxl."""

from __future__ import annotations

import itertools

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.exporting.cells import original, safe_cells, workbook_cells
from tools.exporting.files import open_file

STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "\ufeff=", "'=", "''@", "\u200b+"]
ENDS = ['HYPERLINK("https://a.example?x="&A1,"点我")', "cmd|' /C calc'!A0", "SUM(1,1)", "1+1", "", 'WEBSERVICE("https://a")',
        "DDE(\"cmd\";\"/C calc\";\"!A0\")", "a,b;\"c\"\n=1", "13800000000", "，=1", "@import", "=\t="]  # fmt: skip
HARMLESS = ["王芳", "O'Brien", "1-2", "a=b", "", "''", "'quoted'", "#N/A", "NULL", "00123"]
CELLS = ["".join(each) for each in itertools.product(STARTS, ENDS)] + HARMLESS


def written(tmp_path, kind, cells):
    file = open_file(tmp_path / "cells", ["=1+1", "text"], kind)
    column = pa.array(cells)
    file.write([column, column])
    file.close()
    return file.path


def test_there_are_two_hundred_of_them():
    assert len(set(CELLS)) >= 200


def test_a_csv_gives_every_cell_back_and_none_runs(tmp_path):
    found = pd.read_csv(written(tmp_path, "csv", CELLS), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert found.columns[0] == "'=1+1"
    assert [original(cell) for cell in found["text"]] == CELLS
    assert not [cell for cell in found["text"] if cell.strip(" \t\r\n\ufeff\u200b")[:1] in set("=+-@＝＋－＠") - {""}]


def test_a_workbook_gives_every_cell_back_and_none_runs(tmp_path):
    path = written(tmp_path, "xlsx", CELLS)
    sheet = openpyxl.load_workbook(path).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    expected = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in CELLS]  # as XML reads them
    assert [original(row[1].value or "") for row in sheet.iter_rows(min_row=2)] == expected
    frame = pd.read_excel(path, dtype=str, keep_default_na=False, na_filter=False)
    assert [original(cell) for cell in frame["text"]] == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_what_is_made_safe_can_be_had_back(cells):
    assert [original(cell) for cell in safe_cells(pa.array(cells)).to_pylist()] == cells


def test_characters_that_a_workbook_cannot_hold_go():
    assert workbook_cells(pa.array(["a\x07b\x00", None])).to_pylist() == ["ab", None]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_are_for_their_owner_alone(tmp_path, kind):
    assert written(tmp_path, kind, ["a"]).stat().st_mode & 0o077 == 0
