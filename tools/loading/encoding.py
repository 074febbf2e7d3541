"""Open a text file in the encoding it was written in: BOM, strict UTF-8, strict GB18030."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import BinaryIO

from tools.errors import BadArgument

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

_LONGEST = 10 << 20
"""Bytes of a line: more is no row of a table, and would have to be held in memory."""


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def open_bytes(path: Path, raw: BinaryIO) -> BinaryIO:
    """Wrap `raw`, an open handle of `path`, so that it reads uncompressed bytes."""
    return gzip.GzipFile(fileobj=raw) if is_gzip(path) else raw  # type: ignore[return-value]


def text_encoding(path: Path) -> str:
    """Name the encoding of a whole text file, plain or gzipped.

    Raises BadArgument `mixed_encoding`, `nul_bytes` or `line_too_long` with the line that does not fit.
    """
    with path.open("rb") as raw:
        head = open_bytes(path, raw).read(4)
    marked = next((encoding for bom, encoding in _BOMS.items() if head.startswith(bom)), "utf-8")
    if marked == "utf-16":
        return marked
    bad_line, wide_before = _first_bad_line(path, "utf-8")
    if bad_line is None:
        return marked
    # GB18030 happily reads most UTF-8 Chinese as other characters: a file that had good wide
    # UTF-8 above the bad line is one with two encodings, not a GB18030 file.
    if marked != "utf-8" or wide_before or _first_bad_line(path, "gb18030")[0] is not None:
        raise BadArgument("mixed_encoding", file=path.name, line=bad_line)
    return "gb18030"


def _first_bad_line(path: Path, encoding: str) -> tuple[int | None, bool]:
    """Return the first undecodable line (None: all is well) and whether three-byte text came before it."""
    wide = False
    with path.open("rb") as raw:
        data = open_bytes(path, raw)
        lines = iter(lambda: data.readline(_LONGEST + 1), b"")
        for number, line in enumerate(lines, start=1):
            if len(line) > _LONGEST:
                raise BadArgument("line_too_long", file=path.name, line=number)
            if b"\0" in line:
                raise BadArgument("nul_bytes", file=path.name, line=number)
            if line.isascii():
                continue
            try:
                wide = max(line.decode(encoding)) > "\u07ff" or wide
            except UnicodeDecodeError:
                return number, wide
    return None, wide
