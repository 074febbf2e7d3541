"""Start a server in a process of its own, listen to it, and kill it."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.kills.server import Kind, Message, serve

LONGEST = 600
"""Seconds after which a server that says nothing is taken for stuck, on however busy a machine."""
START = "start"


@dataclass(frozen=True)
class Moment:
    """When to kill: somewhere in the start where `deed` is 0, else somewhere in that deed."""

    deed: int
    share: float
    """Of how long the start, or such a deed, took the last time."""


@dataclass
class Seen:
    """What one server told until its end."""

    shown: dict[str, Any] | None = None
    """What it showed of what the servers before had promised; None for one that was killed in its start."""
    promised: dict[str, Any] = field(default_factory=dict)
    """By name, as it is shown from then on; None where it may be either way."""
    asked: list[str] = field(default_factory=list)
    done: int = 0

    @property
    def cut(self) -> str:
        """The deed that it was killed in, "" for none."""
        return self.asked[-1] if len(self.asked) > self.done else ""

    def hear(self, message: Message) -> None:
        if message.what == "ready":
            self.shown = message.told
            return
        self.promised |= message.told
        if message.what == "asked":
            self.asked.append(message.deed)
        else:
            self.done += 1


def forked(work: Callable[..., object], *arguments: object) -> BaseProcess:
    """Start `work` in a process forked from one that has imported everything, see `warm`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.kills.warm"])
    process = context.Process(target=work, args=arguments)
    process.start()
    return process


def killed(home: Path, kind: Kind, run: int, before: Seen, moment: Moment, usual: dict[str, float]) -> Seen:
    """Start a server that looks for what `before` promised and goes on with what it was cut in; kill it at `moment`.

    `usual` is how long each kind of deed took the last time, in seconds, and learns from this one. A deed that it
    does not know ends undisturbed.
    """
    mine, its = multiprocessing.Pipe(duplex=False)
    seen, now = Seen(), (began := time.monotonic())
    process = forked(serve, home, kind, run, list(before.promised), before.cut, its)
    its.close()
    end = now + moment.share * usual[START] if moment.deed == 0 else None
    while mine.poll(LONGEST if end is None else max(end - time.monotonic(), 0)):
        message, earlier, now = mine.recv(), now, time.monotonic()
        seen.hear(message)
        if message.what == "ready":
            usual[START] = now - began
        elif message.what == "done":
            usual[message.deed.split()[0]] = now - earlier
        elif end is None and len(seen.asked) >= moment.deed and message.deed.split()[0] in usual:
            end = now + moment.share * usual[message.deed.split()[0]]
    process.kill()
    process.join()
    assert end is not None, "it says nothing any more"
    assert process.exitcode == -signal.SIGKILL, "it ended by itself"
    _hear_out(mine, seen)
    return seen


def _hear_out(pipe: Connection, seen: Seen) -> None:
    """What it had said and nobody had heard."""
    try:
        while pipe.poll():
            seen.hear(pipe.recv())
    except EOFError:
        pipe.close()
