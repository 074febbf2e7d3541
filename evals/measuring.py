"""Runs one suite from end to end and keeps what it found."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path

from copilot.settings import PLANNER, Settings
from evals.inspecting import inspected, kept_below
from evals.runs import Run, read_log
from evals.tasks.wanted import Wanted

AT_ONCE = 4
"""Questions under way together where a language model is waited for."""
KEPT = 200
"""Runs, and logs of Inspect, that stay; each newer one takes the place of the oldest."""


def place_of(settings: Settings) -> Path:
    return settings.home / ".evals"


def measured(suite: str, wanted: Wanted, *, epochs: int = 1) -> tuple[str, Run]:
    """Run a suite and keep the run under the name returned, for `wellspring eval diff`.

    Raises what the product raises, NotEnded where a case raised.
    """
    return asyncio.run(_measured(suite, wanted, epochs))


async def _measured(suite: str, wanted: Wanted, epochs: int) -> tuple[str, Run]:
    place = place_of(wanted.settings)
    with kept_below(place):
        async with import_module(f"evals.tasks.{suite}").opened(wanted) as task:
            log = await inspected(task, place=place, epochs=epochs, at_once=AT_ONCE if wanted.with_model else 1)
    model = wanted.settings.model if wanted.with_model else PLANNER
    run = read_log(log, suite=suite, model=model, workspace=wanted.settings.workspace)
    name = Path(log.location).stem
    (place / "runs").mkdir(exist_ok=True)
    (place / "runs" / f"{name}.json").write_text(run.model_dump_json(), encoding="utf-8")
    let_go(place)
    return name, run


def let_go(place: Path, kept: int = KEPT) -> None:
    """Delete all but the newest runs and logs; their names begin with the moment they began."""
    for folder in ("runs", "logs"):
        for old in sorted((place / folder).glob("*.json"))[:-kept]:
            old.unlink(missing_ok=True)
