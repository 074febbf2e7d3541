"""Inspect AI as this project runs it: no display, no `.env`, no socket, logs and caches below one folder of ours.

Its defaults write logs to ./logs and records of running evaluations to the user's home, and load a `.env` found in
any folder above.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspect_ai import Task
    from inspect_ai.log import EvalLog

BUFFER = 10_000
"""Samples between two writings of the log, which is written whole each time."""


def installed() -> bool:
    return find_spec("inspect_ai") is not None


async def inspected(task: Task, *, place: Path, epochs: int = 1, at_once: int = 1) -> EvalLog:
    """Run one task and return its log, which is kept below `place` too. A case that raises ends the run.

    `at_once` samples run together; with one, the seconds that they take are their own.
    """
    from inspect_ai import Epochs, eval_async
    from inspect_ai.util import display_type

    display_type()  # takes it from the environment, which else comes too late
    (log,) = await eval_async(
        task, model=None, epochs=Epochs(epochs, "mean"), max_samples=at_once, fail_on_error=True,
        log_dir=str(place / "logs"), log_format="json", log_level="critical", log_buffer=BUFFER, log_realtime=False,
        log_images=False, log_model_api=False, acp_server=False, ctl_server=False, score_display=False,
    )  # fmt: skip
    return log


@contextmanager
def kept_below(place: Path) -> Iterator[None]:
    """Hold Inspect to its rules while the body runs; it reads them when it is first imported, so import it inside."""
    place.mkdir(parents=True, exist_ok=True)
    ours = {
        "INSPECT_DISPLAY": "none",
        "PYTHON_DOTENV_DISABLED": "1",  # obeyed by what Inspect calls; our own settings are read by another way
        "XDG_DATA_HOME": str(place / "inspect"),
        "XDG_CACHE_HOME": str(place / "inspect"),
    }
    before = {name: os.environ.get(name) for name in ours}
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    os.environ.update(ours)
    try:
        yield
    finally:
        root.handlers[:] = handlers  # it adds one of its own and lowers the level
        root.setLevel(level)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
