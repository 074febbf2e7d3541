"""A directory of immutable generations with one pointer: writers never disturb readers.

    data/
      CURRENT            name of the live generation
      000007.duckdb      a generation: a file or a directory; 000007-demo.duckdb carries a mark

A writer works on a copy and swaps the pointer last, so a crash half-way leaves the
previous generation whole, and a server may keep reading while another process loads.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker

from tools.errors import Busy, ToolError

DEMO = "demo"
"""Mark of a generation that holds the demo brand."""


_CHUNK = 1 << 30


def mark_of(path: Path) -> str:
    """The mark that a generation's name carries; "" for none."""
    return path.stem.partition("-")[2]


class Generations:
    """Generations of one store below `directory`; `suffix` names files ("" for directories)."""

    def __init__(self, directory: Path, *, suffix: str = ".duckdb") -> None:
        self.directory = directory
        self.suffix = suffix

    def current(self) -> Path | None:
        """Path of the live generation, or None when nothing was written yet.

        Raises ToolError when the pointer names a generation that is not there.
        """
        for _ in range(2):  # between reading the pointer and looking, writers may have moved on
            try:
                name = (self.directory / "CURRENT").read_text(encoding="utf-8").strip()
            except FileNotFoundError:
                return None
            if name and (self.directory / name).exists():
                return self.directory / name
        raise ToolError("generation_missing", directory=str(self.directory), name=name or "-")

    @contextmanager
    def lock(self) -> Iterator[Path]:
        """Hold the right to write; yields a directory for passing files, empty before and gone after.

        What a writer that was killed left behind is swept first. Raises Busy when another process is writing.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            lock = portalocker.Lock(self.directory / "LOCK", timeout=0.5)
            lock.acquire()
        except portalocker.LockException as error:
            raise Busy("store_busy", store=self.directory.name) from error
        scratch = self.directory / "scratch"
        try:
            self._sweep_unfinished()
            scratch.mkdir()
            yield scratch
        finally:
            _remove(scratch)
            lock.release()

    @contextmanager
    def write(self, *, mark: str = "", afresh: Callable[[Path], bool] | None = None) -> Iterator[Path]:
        """`next_generation` under the lock."""
        with self.lock(), self.next_generation(mark=mark, afresh=afresh) as fresh:
            yield fresh

    @contextmanager
    def next_generation(self, *, mark: str = "", afresh: Callable[[Path], bool] | None = None) -> Iterator[Path]:
        """Yield the path of a copy to change; on a clean exit it becomes current, under its mark.

        Only for the holder of the lock. `afresh` is asked about the live generation: where it says
        yes the path is empty, and the new generation holds nothing of the old one.
        """
        live = self.current()
        fresh = self.directory / f"{self._next_number():06d}{mark and f'-{mark}'}{self.suffix}"
        try:
            if live is not None and not (afresh and afresh(live)):
                shutil.copytree(live, fresh, copy_function=_copy) if live.is_dir() else _copy(live, fresh)
            yield fresh
            self._point_to(fresh)
        except BaseException:
            _remove(fresh)
            raise
        self._sweep(keep={fresh, live})

    def drop_earlier(self) -> None:
        """Remove every generation but the live one: what was deleted from it must not stay on the disk.

        A reader that has an earlier one open goes on reading it. Raises Busy when another process is writing.
        """
        with self.lock():
            self._sweep(keep={self.current()})

    def _next_number(self) -> int:
        return max((_number(path) for path in self._numbered()), default=0) + 1

    def _numbered(self) -> list[Path]:
        """Generations and what DuckDB keeps beside one, such as 000007.duckdb.wal."""
        return [path for path in self.directory.iterdir() if path.name[:6].isdigit()]

    def _point_to(self, path: Path) -> None:
        draft = self.directory / "CURRENT.new"
        with draft.open("w", encoding="utf-8") as file:
            file.write(path.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.directory / "CURRENT")

    def _sweep_unfinished(self) -> None:
        live = self.current()
        for path in self._numbered():
            if live is None or _number(path) > _number(live):
                _remove(path)
        _remove(self.directory / "scratch")

    def _sweep(self, keep: set[Path | None]) -> None:
        # The previous generation stays: a reader may still have it open.
        for path in self._numbered():
            if path not in keep:
                _remove(path)


def _copy(source: Path | str, target: Path | str) -> Path | str:
    """Copy a file; a file system that can (XFS, Btrfs) shares its blocks until one side changes them."""
    try:
        with open(source, "rb") as old, open(target, "wb") as new:
            while os.copy_file_range(old.fileno(), new.fileno(), _CHUNK):
                pass
    except (AttributeError, OSError):  # no Linux, or a file system that leaves copying to the caller
        shutil.copyfile(source, target)
    return target


def _number(path: Path) -> int:
    return int(path.name[:6])


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    for beside in (Path(f"{path}.wal"), Path(f"{path}.tmp")):
        shutil.rmtree(beside, ignore_errors=True) if beside.is_dir() else beside.unlink(missing_ok=True)
