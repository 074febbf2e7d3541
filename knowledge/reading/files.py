"""One file to Markdown, by its suffix; whatever is wrong with it is one BadDocument."""

from __future__ import annotations

from pathlib import Path

from knowledge.errors import BadDocument
from knowledge.reading.converted import Converted

MAX_BYTES = 50_000_000
MAX_CHARACTERS = 5_000_000
"""About 10,000 passages: what is longer is data, or a library."""


def convert(path: Path) -> tuple[Converted, bytes]:
    """Read one file; return it as Markdown, and its bytes.

    Raises BadDocument when it is empty, too large, locked, a scan, no text, damaged or unfolds to too much.
    """
    from knowledge.reading.readers import READERS  # the parsers take a second to import; a search needs none

    name, size = path.name, path.stat().st_size
    if size > MAX_BYTES:
        raise BadDocument("document_too_large", name=name, megabytes=MAX_BYTES // 1_000_000)
    if size == 0:
        raise BadDocument("document_blank", name=name)
    data = path.read_bytes()
    try:
        found = READERS[path.suffix.lower()](data, name)
    except BadDocument:
        raise
    except Exception as error:  # each format has its own parser with errors of its own
        raise BadDocument("document_unreadable", name=name) from error
    if len(found.text) > MAX_CHARACTERS:
        raise BadDocument("document_too_long", name=name, millions=MAX_CHARACTERS // 1_000_000)
    return found, data
