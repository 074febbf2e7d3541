"""Sockets and files that this process opens while somebody watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass
class Seen:
    addresses: list[str] = field(default_factory=list)
    """host:port of each connection."""
    files: list[Path] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)


_watching: list[Seen] = []


@contextmanager
def watch() -> Iterator[Seen]:
    """Note every connection, file and program that is opened in the block, by whatever thread (PEP 578)."""
    _hook()
    seen = Seen()
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


@cache
def _hook() -> None:
    sys.addaudithook(_note)  # an audit hook cannot be taken away again; without a watcher it does nothing


def _note(event: str, arguments: tuple) -> None:
    if not _watching or event not in ("socket.connect", "open", "subprocess.Popen", "os.system"):
        return
    for seen in _watching:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            seen.addresses.append(f"{arguments[1][0]}:{arguments[1][1]}")
        elif event == "open" and isinstance(arguments[0], str | bytes):
            seen.files.append(Path(os.path.abspath(os.fsdecode(arguments[0]))))
        elif event in ("subprocess.Popen", "os.system"):
            seen.programs.append(str(arguments[0]))
