"""Blank what Chroma writes of the memory it happens to hold.

It sets its graph's files up for more texts than there are, and writes the room between as it found it in memory:
parts of whatever the process held before, a deleted document among them.
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER = struct.Struct("<iQQQQ")
"""Of hnswlib's header: version, offset, texts there is room for, texts, bytes of one text."""
_LENGTH = 4
"""Bytes of one text in the file of list lengths."""


def blank_unused(vectors: Path) -> None:
    """Write zeros past the last text into the files of every graph under `vectors`, which nobody has open."""
    for header in vectors.rglob("header.bin"):
        _, _, _, texts, size = _HEADER.unpack_from(header.read_bytes())
        _blank(header.with_name("data_level0.bin"), texts * size)
        _blank(header.with_name("length.bin"), texts * _LENGTH)


def _blank(path: Path, start: int) -> None:
    with path.open("r+b") as file:
        room = file.seek(0, 2) - start
        if room > 0:
            file.seek(start)
            file.write(bytes(room))
