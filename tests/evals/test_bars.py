"""The build clears the bars of `evals/bars.yaml`, by the command that people run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from evals.bars import load


def test_the_small_set_clears_its_bars(home: Path, tmp_path: Path) -> None:
    # Evaluations keep an index of our cards; this is one.
    shutil.copytree(home / "small" / "index", tmp_path / "kept" / ".evals" / "index", ignore=shutil.ignore_patterns("LOCK"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "WELLSPRING_"))}
    page = tmp_path / "report.html"
    done = subprocess.run(
        [sys.executable, "-c", "from copilot.cli import main; main()", "eval", "ci", "--json", "--html", str(page)],
        capture_output=True, text=True, cwd=tmp_path, env=clean | {"WELLSPRING_HOME": str(tmp_path / "kept")},
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert [bar for bar in found["bars"] if not bar["holds"]] == []
    assert done.returncode == 0
    assert {bar["suite"] for bar in found["bars"]} == set(load())
    assert page.read_text(encoding="utf-8").count("<h2>") == len(load()) + 1
