"""Reads a file of people to leave out: customer numbers, phones or e-mails, one an entry."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from zipfile import BadZipFile

from tools.errors import BadArgument

_HEADERS = re.compile(
    r"(?i)customer|user|member|phone|mobile|mail|tel|\bid\b|id$|客户|会员|用户|手机|电话|邮箱|编号|账号"
)
_PHONE = re.compile(r"\+?[\d\s()-]{7,20}")
MOBILE = r"^(?:00)?(?:86|0)?(1[3-9][0-9]{9})$"
"""Digits of a mainland mobile number, with or without the country's; any other number is compared whole."""


def read_list(path: Path) -> set[str]:
    """Entries of a CSV, TSV, text or XLSX file, as written; of several columns every one that names people.

    Raises BadArgument for a file without an entry, or a spreadsheet that cannot be opened.
    """
    rows = _sheet(path) if path.suffix.lower() == ".xlsx" else _text(path)
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if rows and any(map(_names_people, rows[0])) and not any("@" in cell for cell in rows[0]):
        columns = [place for place, cell in enumerate(rows[0]) if _names_people(cell)]
        rows = [[row[place] for place in columns if place < len(row)] for row in rows[1:]]
    entries = {cell for row in rows for cell in row if cell}
    if not entries:
        raise BadArgument("empty_list", file=path.name)
    return entries


def _names_people(cell: str) -> bool:
    """Whether a cell heads a column of people; "customer_001" is one of them."""
    return _HEADERS.search(cell) is not None and not any(map(str.isdigit, cell))


def normalised(entry: str) -> set[str]:
    """The forms that an entry is compared in: as written, an e-mail in lower case, a phone's digits."""
    forms = {entry}
    if "@" in entry:
        forms.add(entry.lower())
    elif _PHONE.fullmatch(entry):
        forms.add(re.sub(MOBILE, r"\1", re.sub(r"[^0-9]", "", entry)))
    return forms


def _text(path: Path) -> list[list[str]]:
    from tools.loading.encoding import text_encoding  # with all of loading

    with path.open(encoding=text_encoding(path), newline="") as file:
        lines = file.read().splitlines()
    first = next((line for line in lines if line.strip()), "")
    return list(csv.reader(lines, delimiter=max(",;\t", key=first.count)))


def _sheet(path: Path) -> list[list[str]]:
    """Cells of the first sheet that holds any."""
    import openpyxl  # heavy, and few files are workbooks
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise BadArgument("list_unreadable", file=path.name) from error
    try:
        for sheet in book.worksheets:
            rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            if any(cell.strip() for row in rows for cell in row):
                return rows
        return []
    finally:
        book.close()


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a phone that a spreadsheet took for a measurement
    return "" if value is None else str(value)
