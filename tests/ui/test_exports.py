"""The CSV of drafts: complete, readable back, and inert in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from tools.results import Draft
from ui.exports import drafts_csv


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_draft_is_a_row_with_its_words_as_they_are(drafts: list[Draft]) -> None:
    rows = read(drafts_csv(drafts, "zh"))
    assert [row["正文"] for row in rows] == [draft.body for draft in drafts]
    assert [row["短信条数"] for row in rows] == [str(draft.segments) for draft in drafts]


@pytest.mark.parametrize("start", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(drafts: list[Draft], start: str) -> None:
    hostile = drafts[0].model_copy(update={"body": start, "title": start})
    row = read(drafts_csv([hostile], "en"))[0]
    assert row["body"] == row["title"] == f"'{start}"
