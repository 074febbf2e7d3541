"""Outcomes kept as they come, so that a run that was cut short goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.safety.run import Outcome


LASTING = frozenset({"injection", "utility", "baseline"})
"""Parts that are kept; the others take seconds."""


class Kept:
    """A file with one outcome a line, of every agent; without a path nothing is kept."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises ValueError for a file that is another."""
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._rows = [json.loads(line) for line in lines if line.endswith("}")]  # the last one may be half written
        if len(self._rows) < len(lines) - 1 or not all({"agent", "case", "outcome"} <= set(row) for row in self._rows):
            raise ValueError(path)

    def of(self, agent: str) -> dict[str, dict]:
        """Outcomes of `agent` from before, by case."""
        return {row["case"]: row["outcome"] for row in self._rows if row["agent"] == agent}

    def add(self, agent: str, outcome: Outcome) -> None:
        if self._path is not None:
            row = {"agent": agent, "case": outcome.case, "outcome": outcome.model_dump(mode="json")}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
