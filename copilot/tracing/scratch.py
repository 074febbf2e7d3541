"""A workspace beside another one: what is asked there reads its data and leaves nothing behind in it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from copilot.settings import Settings

READ = ("data", "index")
"""Folders that answers only read."""
WRITTEN = ("segments", "diagnoses", "store")
"""Folders that tools write to, so they work on a copy."""
TALK = {"turns.sqlite", "threads.sqlite", "traces.sqlite"}


@contextmanager
def scratch(settings: Settings, copied: Iterable[str] = WRITTEN) -> Iterator[Settings]:
    """Yield settings of a copy without its conversations, for its owner alone; it is gone at the end.

    Of the folders that tools write to it has those `copied`.
    """
    with tempfile.TemporaryDirectory() as home:
        fresh = Path(home) / settings.workspace
        fresh.mkdir()
        for name in READ:
            (fresh / name).symlink_to((settings.directory / name).resolve())
        for name in copied:
            _copy(settings.directory / name, fresh / name)
        for file in settings.directory.glob("*.yaml"):
            shutil.copy(file, fresh)
        yield settings.model_copy(update={"home": Path(home)})


def _copy(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir() if source.is_dir() else ():
        if path.is_dir():
            _copy(path, target / path.name)
        elif path.suffix == ".sqlite" and path.name not in TALK:
            with closing(sqlite3.connect(path)) as read, closing(sqlite3.connect(target / path.name)) as written:
                read.backup(written)  # whole, though others write to it meanwhile
        elif not path.name.endswith((".sqlite", ".sqlite-wal", ".sqlite-shm", "LOCK")):
            shutil.copy(path, target)
