"""A script that a test changes as it goes, for one scripted server that many tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from copilot.testing.behaviours import Behaviour, Hang, Page, Reply, refuse

Step = Behaviour | Callable[[dict[str, Any]], Behaviour]


class Stage:
    """What the server does next: one behaviour for ever, or a list of them; a function answers to the request."""

    def __init__(self) -> None:
        self._steps: Iterator[Step] = iter(())

    def play(self, steps: Step | Iterable[Step]) -> None:
        forever = isinstance(steps, Reply | Page | Hang) or callable(steps)
        self._steps = iter(lambda: steps, None) if forever else iter(steps)

    def __call__(self, body: dict[str, Any]) -> Behaviour:
        step = next(self._steps, refuse(501, "the script has no reply left"))
        return step(body) if callable(step) else step
