"""One server a workspace: the second one is told at once who the first is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker

from tools.errors import Busy

LOCK, HOLDER = "serving.lock", "serving.txt"


@contextmanager
def only_server(directory: Path, address: str) -> Iterator[None]:
    """Hold the right to serve the workspace in `directory`. Raises Busy `already_served` while another process does.

    Two servers would each take the other's running turns for those of a process that died. The lock
    goes with the process, however it ends.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = portalocker.Lock(directory / LOCK, timeout=0, fail_when_locked=True)
    try:
        lock.acquire()
    except portalocker.LockException as error:
        raise Busy("already_served", workspace=directory.name, **_holder(directory / HOLDER)) from error
    try:
        (directory / HOLDER).write_text(f"{os.getpid()} {address}", encoding="utf-8")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> dict[str, str]:
    """Who serves it and where; "?" while it has not yet said."""
    known = path.read_text(encoding="utf-8").split(maxsplit=1) if path.exists() else []
    process, address = known if len(known) == 2 else ("?", "?")
    return {"process": process, "address": address}
