"""Word, PowerPoint and Excel files: containers that may be locked, damaged or built to burst."""

from __future__ import annotations

import re
from datetime import datetime, time
from io import BytesIO
from itertools import zip_longest
from zipfile import BadZipFile, ZipFile

from lxml import etree
from markitdown import StreamInfo
from markitdown.converters import DocxConverter, PptxConverter
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.cleaning.script import HAN
from knowledge.errors import BadDocument
from knowledge.reading.converted import Converted
from knowledge.reading.pdf import as_markdown
from knowledge.reading.text import without_pictures

MAX_UNPACKED = 400_000_000
MAX_RATIO = 150
"""Unpacked to packed size of a container above `SMALL` bytes; real documents stay below 50."""
SMALL = 20_000_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of an encrypted file, and of the formats before 2007."""
_SLIDE = re.compile(r"<!-- Slide number: (\d+) -->\n?")
_EMPTY_HEAD = re.compile(r"^\|(?:\s*\|)+\n(?P<rule>\|(?: --- \|)+\n)(?P<first>\|.*\|\n)", re.MULTILINE)
_POINT = re.compile(r"(?![#|\s]|[-*+] |\d+[.)] )\S")
_NOTES = "### Notes:"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes, name: str) -> Converted:
    """Convert a Word file. Raises BadDocument."""
    _check(data, name)
    data, hidden = _without_hidden_runs(data)
    found = DocxConverter().convert(BytesIO(data), StreamInfo(extension=".docx"))
    return Converted(pages=[("", _with_heads(without_pictures(found.markdown)))], hidden=hidden)


def read_pptx(data: bytes, name: str) -> Converted:
    """Convert a PowerPoint file, slide by slide, speaker's notes below each. Raises BadDocument."""
    _check(data, name)
    markdown = PptxConverter().convert(BytesIO(data), StreamInfo(extension=".pptx")).markdown
    _, *parts = _SLIDE.split(without_pictures(markdown))
    return Converted(pages=[(number, _slide(text)) for number, text in zip(parts[::2], parts[1::2], strict=True)],
                     page_kind="slide")


def _slide(text: str) -> str:
    """A slide's paragraphs as points of a list, which nothing joins; its notes under a heading in its language."""
    lines = [f"- {line}" if _POINT.match(line) else line for line in text.split("\n")]
    return "\n".join(lines).replace(_NOTES, "### 备注" if HAN.search(text) else "### Notes")


def read_xlsx(data: bytes, name: str) -> Converted:
    """Convert an Excel file, sheet by sheet, each a table; hidden sheets are left out. Raises BadDocument."""
    _check(data, name)
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    pages = [(sheet.title, _table(sheet)) for sheet in seen]
    return Converted(pages=[(title, text) for title, text in pages if text], page_kind="sheet", hidden=hidden)


def _with_heads(markdown: str) -> str:
    """Tables whose head the converter left empty, as Word marks few rows as heads, with their first row as head."""
    return _EMPTY_HEAD.sub(lambda found: found["first"] + found["rule"], markdown)


def _check(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        raise BadDocument("document_locked", name=name)
    try:
        entries = ZipFile(BytesIO(data)).infolist()
    except BadZipFile as error:
        raise BadDocument("document_unreadable", name=name) from error
    # The declared sizes hold: the reader stops at them.
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * len(data)):
        raise BadDocument("document_bomb", name=name)


def _without_hidden_runs(data: bytes) -> tuple[bytes, list[str]]:
    """The file without text that its author formatted as hidden, and that text."""
    source = ZipFile(BytesIO(data))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    tree = etree.fromstring(source.read("word/document.xml"), parser)
    runs = [run for run in tree.iter(f"{_WORD}r") if _is_hidden(run)]
    if not runs:
        return data, []
    texts = ["".join(text.text or "" for text in run.iter(f"{_WORD}t")) for run in runs]
    for run in runs:
        run.getparent().remove(run)
    target = BytesIO()
    with ZipFile(target, "w") as packed:
        for entry in source.infolist():
            own = entry.filename == "word/document.xml"
            packed.writestr(entry, etree.tostring(tree) if own else source.read(entry))
    return target.getvalue(), [text for text in texts if text.strip()]


def _is_hidden(run: etree._Element) -> bool:
    mark = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return mark is not None and mark.get(f"{_WORD}val") not in ("0", "false")


def _table(sheet: Worksheet) -> str:
    rows = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    columns = [column for column in zip_longest(*rows, fillvalue="") if any(column)]
    return as_markdown([list(row) for row in zip(*columns, strict=True)])


def _value(cell) -> str:  # noqa: ANN001 - openpyxl has several kinds of cells
    """A cell as its sheet shows it: shares in percent, whole numbers without a point, days without a time."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        share = "%" in (cell.number_format or "")
        return f"{value * 100:.10g}%" if share else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return str(value)
