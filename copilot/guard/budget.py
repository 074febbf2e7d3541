"""What one turn may still spend, and who is answering it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

Answering = Literal["first", "second", "planner"]


@dataclass
class Budget:
    """Shared by all model calls of a turn, never stored."""

    deadline: float
    calls: int = 0
    planner_calls: int = 0
    answering: Answering = "first"
    taken_over: str = ""
    """Code of the fault after which somebody else took over, "" while the first model answers."""
    taken_over_at: int = 0
    """How many messages the thread had when the planner took over."""
    folded: int = 0
    """Early turns that the model read as a record."""

    @property
    def seconds(self) -> float:
        return max(0.0, self.deadline - time.monotonic())
