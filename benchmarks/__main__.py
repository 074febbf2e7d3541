"""python -m benchmarks [--sizes 1,3,10] [--directory DIR] [--out FILE]: the speed table, from one run.

Each side runs in a process of its own on the same file. Sizes are millions of orders.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.compare import differences
from benchmarks.generate import write_months, write_orders
from benchmarks.report import markdown

MILLION = 1_000_000


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    options.add_argument("--sizes", default="1,10", help="millions of orders, such as 1,3,10,30")
    options.add_argument("--directory", type=Path, help="for the files, some 0.2 GB a million orders; else a new one")
    options.add_argument("--out", type=Path, default=Path("build/bench"), help="where the JSON and Markdown go")
    options.add_argument("--no-append", action="store_true", help="leave out the month appended")
    given = options.parse_args()
    directory = given.directory or Path(mkdtemp(prefix="wellspring-bench-"))
    sizes = [float(size) for size in given.sizes.split(",")]
    given.out.mkdir(parents=True, exist_ok=True)
    try:
        found = {"machine": machine(), "sizes": []}
        for size in sizes:
            found["sizes"].append(measure(size, directory / f"{size:g}m", append=not given.no_append))
            write(found, given.out)  # what was measured stays, whatever becomes of the next size
    finally:
        if given.directory is None:
            shutil.rmtree(directory, ignore_errors=True)
    print(markdown(found))
    if any(size["differences"] for size in found["sizes"]):
        sys.exit("The two sides do not agree: see `differences` in bench.json.")


def write(found: dict[str, Any], out: Path) -> None:
    (out / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    (out / "bench.md").write_text(markdown(found), encoding="utf-8")


def measure(millions: float, directory: Path, *, append: bool) -> dict[str, Any]:
    """Everything about one size; files below `directory`, gone afterwards."""
    directory.mkdir(parents=True, exist_ok=True)
    whole, before, month = (directory / f"{name}.parquet" for name in ("orders", "before", "month"))
    write_orders(whole, round(millions * MILLION))
    pandas = _side("pandas", whole)
    load = _side("load", whole, directory / "store")
    calls = _side("calls", directory / "store")
    unlike = differences(pandas.pop("figures"), calls.pop("figures"))[:50]
    found = {"orders": round(millions * MILLION), "pandas": pandas, "load": load, "calls": calls, "differences": unlike}
    if append:
        rows, appended = write_months(whole, before, month)
        first = _side("load", before, directory / "grown")
        last = _side("load", month, directory / "grown")
        found["append"] = last | {"orders": appended, "history": rows, "history_seconds": first["seconds"]}
    shutil.rmtree(directory)
    return found


def _side(*arguments: str | Path) -> dict[str, Any]:
    print(f"… {' '.join(Path(each).name for each in arguments)}", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", "benchmarks.side", *map(str, arguments)], stdout=subprocess.PIPE,
                          check=True, text=True)  # fmt: skip
    return json.loads(done.stdout)


def machine() -> dict[str, Any]:
    """Processor, cores, memory and versions."""
    import duckdb
    import pandas

    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": model, "cores": os.cpu_count(), "memory": memory, "load": os.getloadavg()[0],
        "python": platform.python_version(), "duckdb": duckdb.__version__, "pandas": pandas.__version__,
    }  # fmt: skip


if __name__ == "__main__":
    main()
