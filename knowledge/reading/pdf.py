"""PDF: text page by page; ruled tables as tables."""

from __future__ import annotations

import re
from io import BytesIO

import pdfplumber
from pdfminer.high_level import extract_text
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.page import Page

from knowledge.errors import BadDocument
from knowledge.reading.converted import Converted

_UNMAPPED = re.compile(r"\(cid:\d+\)")
UNMAPPED_SHARE = 0.3
"""Share of characters without a Unicode value from which on the text is noise."""
RULES = 4
"""Drawn lines on a page from which on it may hold a table."""


def read(data: bytes, name: str) -> Converted:
    """Read the text of each page. Raises BadDocument for a locked file, a scan, and a font without characters."""
    try:
        texts = extract_text(BytesIO(data)).split("\f")[:-1]
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise BadDocument("document_locked", name=name) from error
    whole = "".join(texts)
    if not whole.strip():
        raise BadDocument("document_scanned" if texts else "document_unreadable", name=name)
    if len("".join(_UNMAPPED.findall(whole))) > UNMAPPED_SHARE * len(whole):
        raise BadDocument("document_garbled", name=name)
    texts = _with_tables(data, texts)
    return Converted(pages=[(str(number), text) for number, text in enumerate(texts, 1)], page_kind="page")


def _with_tables(data: bytes, texts: list[str]) -> list[str]:
    with pdfplumber.open(BytesIO(data)) as pdf:
        found = []
        for page, text in zip(pdf.pages, texts, strict=False):
            found.append(_page_with_tables(page) or text)
            page.close()
    return found if len(found) == len(texts) else texts


def _page_with_tables(page: Page) -> str:
    """The page's words with its ruled tables in Markdown below them, "" where it has none."""
    if len(page.lines) + len(page.rects) < RULES:
        return ""
    tables = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.columns) > 1]
    if not tables:
        return ""
    rest = page
    for table in tables:
        rest = rest.outside_bbox(table.bbox)
    return "\n\n".join([rest.extract_text() or "", *(as_markdown(table.extract()) for table in tables)])


def as_markdown(rows: list[list[str | None]]) -> str:
    """Rows of cells as a Markdown table, the first as its head."""
    lines = ["| " + " | ".join(cell_text(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def cell_text(cell: object) -> str:
    """A cell on one line, without the mark that parts cells."""
    return re.sub(r"\s+", " ", str("" if cell is None else cell)).replace("|", "｜").strip()
