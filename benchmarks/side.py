"""One side's work in a process of its own: prints one JSON object with times, peak memory and figures.

    python -m benchmarks.side pandas FILE
    python -m benchmarks.side load FILE STORE
    python -m benchmarks.side calls STORE
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from benchmarks.work import CALLS

REPEATS = 3
"""Of tool calls; of pandas' figures the better of two counts."""


def pandas_side(file: Path) -> dict[str, Any]:
    """Read and do everything once (the dormancy horizon too), then each figure again from the loaded frame."""
    from benchmarks.with_pandas import PandasSide

    whole = Clock()
    side = PandasSide.read(file)
    side.dormancy  # noqa: B018
    figures, first = {}, {}
    for name in CALLS:
        clock = Clock()
        figures[name] = getattr(side, name)()
        first[name] = clock.passed()
    once = whole.passed()
    calls = {name: min(first[name], _timed(getattr(side, name))) for name in CALLS}
    return {"once": once.wall, "once_cpu": once.cpu, "peak": _peak(), "figures": figures, **_columns(calls)}


def load_side(file: Path, store: Path) -> dict[str, Any]:
    from benchmarks.with_wellspring import load

    clock = Clock()
    report = load(file, store)
    passed = clock.passed()
    size = max(path.stat().st_size for path in store.glob("*.duckdb"))
    return {"seconds": passed.wall, "cpu": passed.cpu, "peak": _peak(), "kept": report.kept,
            "aside": report.set_aside, "bytes": size}  # fmt: skip


def calls_side(store: Path) -> dict[str, Any]:
    from benchmarks.with_wellspring import WellspringSide

    side = WellspringSide(store)
    figures = side.all()
    calls = {name: sorted(_timed(getattr(side, name)) for _ in range(REPEATS))[REPEATS // 2] for name in CALLS}
    return {"peak": _peak(), "figures": figures, **_columns(calls)}


class Passed(NamedTuple):
    """Seconds by the clock, and those that processors worked: waiting for others counts only in the first."""

    wall: float
    cpu: float


class Clock:
    def __init__(self) -> None:
        self._wall, self._cpu = perf_counter(), process_time()

    def passed(self) -> Passed:
        return Passed(perf_counter() - self._wall, process_time() - self._cpu)


def _timed(call: Callable[[], object]) -> Passed:
    clock = Clock()
    call()
    return clock.passed()


def _columns(calls: dict[str, Passed]) -> dict[str, dict[str, float]]:
    return {"calls": {name: passed.wall for name, passed in calls.items()},
            "calls_cpu": {name: passed.cpu for name, passed in calls.items()}}  # fmt: skip


def _peak() -> int:
    """Most memory that this process held at once, bytes.

    What `getrusage` tells on Linux starts with what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


SIDES = {"pandas": pandas_side, "load": load_side, "calls": calls_side}

if __name__ == "__main__":
    print(json.dumps(SIDES[sys.argv[1]](*map(Path, sys.argv[2:])), default=_plain))
