"""How much a file may hold: judged before it is read, so that no upload fills memory or disk."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.errors import BadArgument

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bytes, and how many times its size a file may unpack to."""

    file: int = 50 << 30
    """Text and Parquet are streamed: the disk is their limit."""
    workbook: int = 4 << 30
    """Unpacked; its shared texts are held in memory."""
    ratio: int = 200
    harmless: int = 64 << 20
    """Up to this many unpacked bytes no ratio is suspicious."""

    def check_size(self, path: Path) -> None:
        """Raise BadArgument `file_too_large`."""
        if (size := path.stat().st_size) > self.file:
            raise _too_large(path, size, self.file)

    def check_gzip(self, path: Path) -> None:
        """Raise BadArgument `suspicious_archive` or `file_too_large`; reads the file through once."""
        size, unpacked = path.stat().st_size, 0
        with gzip.open(path) as file:
            while chunk := file.read(_CHUNK):
                unpacked += len(chunk)
                self._check_ratio(path, size, unpacked)
                if unpacked > self.file:
                    raise _too_large(path, unpacked, self.file)

    def check_workbook(self, path: Path) -> None:
        """Raise BadArgument `suspicious_archive` or `file_too_large`, by what the archive says of itself."""
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        self._check_ratio(path, path.stat().st_size, unpacked)
        if unpacked > self.workbook:
            raise _too_large(path, unpacked, self.workbook)

    def _check_ratio(self, path: Path, size: int, unpacked: int) -> None:
        if unpacked > self.harmless and unpacked > self.ratio * size:
            raise BadArgument("suspicious_archive", file=path.name, ratio=self.ratio)


def _too_large(path: Path, size: int, limit: int) -> BadArgument:
    return BadArgument("file_too_large", file=path.name, size=_shown(size), limit=_shown(limit))


def _shown(size: int) -> str:
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.1f} MB"
