"""Interrupts what runs too long: one thread for all queries, since starting one for each costs more than most take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic


class Deadlines:
    """Calls what is to be called once its time is up; safe to share between threads."""

    def __init__(self) -> None:
        self._due: dict[object, tuple[float, Callable[[], None]]] = {}
        self._changed = threading.Condition()
        self._wakes = 0.0
        """When the thread looks next."""
        self._thread: threading.Thread | None = None

    @contextmanager
    def after(self, seconds: float, call: Callable[[], None]) -> Iterator[None]:
        """Call it unless the block is over within the seconds; never after the block."""
        mine, at = object(), monotonic() + min(seconds, threading.TIMEOUT_MAX)
        with self._changed:
            self._due[mine] = at, call
            self._watch(at)
        try:
            yield
        finally:
            with self._changed:
                self._due.pop(mine, None)

    def _watch(self, at: float) -> None:
        """See to it that the thread looks by then."""
        if self._thread is None or not self._thread.is_alive():  # a forked process has none of its parent's
            self._wakes = at
            self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
            self._thread.start()
        elif at < self._wakes:
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._due:
                now = monotonic()
                for key in [key for key, (at, _) in self._due.items() if at <= now]:
                    self._due.pop(key)[1]()
                self._wakes = min((at for at, _ in self._due.values()), default=now)
                # What ended meanwhile wakes nobody: the thread finds out when it looks next.
                self._changed.wait(min(max(0.0, self._wakes - now), threading.TIMEOUT_MAX))
            self._thread = None


DEADLINES = Deadlines()
