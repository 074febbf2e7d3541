"""Reads a file of people to leave out: customer numbers, phones or e-mails, one an entry."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl

from tools.errors import BadArgument
from tools.loading.encoding import text_encoding

_HEADERS = re.compile(
    r"(?i)customer|user|member|phone|mobile|mail|tel|\bid\b|id$|客户|会员|用户|手机|电话|邮箱|编号|账号"
)
_PHONE = re.compile(r"\+?[\d\s()-]{7,20}")


def read_list(path: Path) -> set[str]:
    """Entries of a CSV, text or XLSX file, normalised; of several columns every one that names people.

    Raises BadArgument for a file without an entry.
    """
    rows = _sheet(path) if path.suffix.lower() == ".xlsx" else _text(path)
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if rows and any(map(_names_people, rows[0])) and not any("@" in cell for cell in rows[0]):
        columns = [place for place, cell in enumerate(rows[0]) if _names_people(cell)]
        rows = [[row[place] for place in columns if place < len(row)] for row in rows[1:]]
    entries = {entry for row in rows for cell in row if cell for entry in normalised(cell)}
    if not entries:
        raise BadArgument("empty_list", file=path.name)
    return entries


def _names_people(cell: str) -> bool:
    """Whether a cell heads a column of people; "customer_001" is one of them."""
    return _HEADERS.search(cell) is not None and not any(map(str.isdigit, cell))


def normalised(entry: str) -> set[str]:
    """The forms that an entry is compared in: as written, an e-mail in lower case, a phone's last eleven digits."""
    forms = {entry}
    if "@" in entry:
        forms.add(entry.lower())
    elif _PHONE.fullmatch(entry):
        forms.add(re.sub(r"\D", "", entry)[-11:])
    return forms


def _text(path: Path) -> list[list[str]]:
    with path.open(encoding=text_encoding(path), newline="") as file:
        return [row for row in csv.reader(file)]


def _sheet(path: Path) -> list[list[str]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        return [["" if cell is None else str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    finally:
        book.close()
