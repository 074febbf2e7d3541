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
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.work import CALLS

REPEATS = 3
"""Of tool calls; of pandas' figures the better of two counts."""


def pandas_side(file: Path) -> dict[str, Any]:
    """Read and do everything once (the dormancy horizon too), then each figure again from the loaded frame."""
    from benchmarks.with_pandas import PandasSide

    started = perf_counter()
    side = PandasSide.read(file)
    read = perf_counter() - started
    side.dormancy  # noqa: B018
    figures, seconds = {}, {}
    for name in CALLS:
        began = perf_counter()
        figures[name] = getattr(side, name)()
        seconds[name] = perf_counter() - began
    once = perf_counter() - started
    calls = {name: min(seconds[name], _seconds(getattr(side, name))) for name in CALLS}
    return {"read": read, "once": once, "peak": _peak(), "calls": calls, "figures": figures}


def load_side(file: Path, store: Path) -> dict[str, Any]:
    from benchmarks.with_wellspring import load

    started = perf_counter()
    report = load(file, store)
    seconds = perf_counter() - started
    size = max(path.stat().st_size for path in store.glob("*.duckdb"))
    return {"seconds": seconds, "peak": _peak(), "kept": report.kept, "aside": report.set_aside, "bytes": size}


def calls_side(store: Path) -> dict[str, Any]:
    from benchmarks.with_wellspring import WellspringSide

    side = WellspringSide(store)
    figures = side.all()
    calls = {name: median(_seconds(getattr(side, name)) for _ in range(REPEATS)) for name in CALLS}
    return {"calls": calls, "peak": _peak(), "figures": figures}


def _seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def _peak() -> int:
    """Most memory that this process held at once, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


SIDES = {"pandas": pandas_side, "load": load_side, "calls": calls_side}

if __name__ == "__main__":
    print(json.dumps(SIDES[sys.argv[1]](*map(Path, sys.argv[2:])), default=_plain))
