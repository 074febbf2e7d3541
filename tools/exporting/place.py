"""A directory that appears whole or not at all: written aside, synced, renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker

from tools.errors import BadArgument, Busy


@contextmanager
def whole_directory(path: Path) -> Iterator[Path]:
    """Yield a new directory, for its owner alone, that becomes `path` at a clean exit and disappears otherwise.

    What a writer that was killed left behind is swept first. Raises BadArgument where `path` holds anything,
    Busy while another process writes it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with _lock(path.with_name(f".{path.name}.lock")):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise BadArgument("export_place_taken", given=path.name)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            yield draft
            _sync(draft)
            if path.exists():
                path.rmdir()
            draft.rename(path)
            _sync_entry(path.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    lock = portalocker.Lock(path, timeout=0.5)
    try:
        lock.acquire()
    except portalocker.LockException as error:
        raise Busy("store_busy", store=path.name) from error
    try:
        yield
    finally:
        lock.release()  # its file stays: whoever waits for it must find the same one


def _sync(directory: Path) -> None:
    for file in directory.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
    _sync_entry(directory)


def _sync_entry(directory: Path) -> None:
    if os.name == "nt":  # a directory cannot be opened there
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
