"""PDF: text page by page as a reader sees it; ruled tables as tables."""

from __future__ import annotations

import re
from io import BytesIO

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.page import Page

from knowledge.errors import BadDocument
from knowledge.reading.columns import Table
from knowledge.reading.converted import Converted
from knowledge.reading.unseen import Place, SeenPage, seen_pages

_UNMAPPED = re.compile(r"\(cid:\d+\)")
UNMAPPED_SHARE = 0.3
"""Share of characters without a Unicode value from which on the text is noise."""
RULES = 4
"""Drawn lines on a page from which on it may hold a table."""


def read(data: bytes, name: str) -> Converted:
    """Read the text of each page. Raises BadDocument for a locked file, a scan, and a font without characters."""
    try:
        found = seen_pages(data)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise BadDocument("document_locked", name=name) from error
    whole = "".join(page.text for page in found)
    if not whole.strip():
        raise BadDocument("document_scanned" if found else "document_unreadable", name=name)
    if len("".join(_UNMAPPED.findall(whole))) > UNMAPPED_SHARE * len(whole):
        raise BadDocument("document_garbled", name=name)
    tables = _tables(data, found)
    texts = [page.text for page in (seen_pages(data, tables) if tables else found)]
    return Converted(
        pages=[(str(number), text) for number, text in enumerate(texts, 1)], page_kind="page",
        hidden=[text for page in found for text in page.unseen])


def _tables(data: bytes, seen: list[SeenPage]) -> dict[int, list[Table]]:
    """The ruled tables of each page that has any, without what nobody sees."""
    with pdfplumber.open(BytesIO(data)) as pdf:
        found = {}
        for number, (page, plain) in enumerate(zip(pdf.pages, seen, strict=False)):
            if tables := _tables_of(page, plain.places):
                found[number] = tables
            page.close()
    return found


def _tables_of(page: Page, unseen: set[Place]) -> list[Table]:
    if len(page.lines) + len(page.rects) < RULES:
        return []
    if unseen:
        page = page.filter(lambda item: item["object_type"] != "char"
                           or (round(item["x0"]), round(item["y0"]), item["text"]) not in unseen)
    found = [table for table in page.find_tables() if len(table.rows) > 1 and len(table.columns) > 1]
    return [Table((x0, float(page.height) - bottom, x1, float(page.height) - top), as_markdown(table.extract()))
            for table in found for x0, top, x1, bottom in [table.bbox]]


def as_markdown(rows: list[list[str | None]]) -> str:
    """Rows of cells as a Markdown table, the first as its head."""
    lines = ["| " + " | ".join(cell_text(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def cell_text(cell: object) -> str:
    """A cell on one line, without the mark that parts cells."""
    return re.sub(r"\s+", " ", str("" if cell is None else cell)).replace("|", "｜").strip()
