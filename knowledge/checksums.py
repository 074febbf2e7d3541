"""Checksums of the files of a generation: what a disk, or somebody, changed since is told from what was written.

Chroma does not notice noise in some of its files, and answers from it. Its database changes when it is opened, and is
checked by SQLite instead.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from zlib import crc32

NOTE = "checksums.json"
_CHUNK = 1 << 20


def write(generation: Path) -> None:
    """Note the checksums of a generation's files, which are closed and change no more."""
    files = [path for path in sorted(generation.rglob("*")) if path.is_file() and path.name != NOTE and _is_used(path)]
    noted = {path.relative_to(generation).as_posix(): _checksum(path) for path in files}
    (generation / NOTE).write_text(json.dumps(noted), encoding="utf-8")


def written(generation: Path) -> bool:
    """Whether a generation has them; those of earlier versions have not."""
    return (generation / NOTE).exists()


def damaged(generation: Path) -> list[str]:
    """Names of the files that are gone, or are not what was written; [] where nothing was noted."""
    if not written(generation):
        return []
    noted = json.loads((generation / NOTE).read_text(encoding="utf-8"))
    return [name for name, checksum in noted.items() if _checksum(generation / name) != checksum]


def drop_damaged(generation: Path, *, keep: str) -> None:
    """Remove what is damaged, but for the file `keep`; of a directory everything goes with one of its files."""
    for name in damaged(generation):
        part = generation / name.partition("/")[0]
        if part.is_dir():
            shutil.rmtree(part)
        elif part.name != keep:
            part.unlink(missing_ok=True)


def _is_used(path: Path) -> bool:
    """Whether Chroma reads a file: a small graph is only in its database, and its files change with every search."""
    return path.suffix != ".bin" or (path.parent / "index_metadata.pickle").exists()


def _checksum(path: Path) -> int | None:
    """None for a file that is not there, or a database that is not sound."""
    if not path.is_file():
        return None
    if path.suffix == ".sqlite3":
        return 0 if _is_sound(path) else None
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found = crc32(chunk, found)
    return found


def _is_sound(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False
