"""Which reader takes which suffix."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.reading import office, pdf, text, web
from knowledge.reading.converted import Converted

READERS: dict[str, Callable[[bytes, str], Converted]] = {
    ".md": text.read, ".markdown": text.read, ".txt": text.read, ".html": web.read, ".htm": web.read,
    ".pdf": pdf.read, ".docx": office.read_docx, ".pptx": office.read_pptx, ".xlsx": office.read_xlsx,
}  # fmt: skip
"""Each takes a file's bytes and name, and raises BadDocument for what it can name."""
