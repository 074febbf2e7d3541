"""What the build requires of the evaluations: a small set of cases by suite, and the least share that must hold."""

from __future__ import annotations

from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, Field

from evals.runs import Run


class Wants(BaseModel):
    """Bars of one suite."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sample: int = Field(0, ge=0)
    """Cases drawn with a fixed seed; 0 runs all."""
    only: tuple[str, ...] = ()
    """Sets or parts; () is the suite's usual ones."""
    bars: dict[str, float] = Field(min_length=1)
    """Measure -> least share of its cases."""
    why: str


class Held(BaseModel):
    """A bar and what a run came to."""

    model_config = ConfigDict(frozen=True)

    suite: str
    measure: str
    bar: float
    value: float | None
    """None where the measure applied to no case, which fails the bar."""

    @property
    def holds(self) -> bool:
        return self.value is not None and self.value >= self.bar


def load() -> dict[str, Wants]:
    """Suite -> its bars. Raises pydantic's error for a malformed one."""
    raw = yaml.safe_load(resources.files("evals").joinpath("bars.yaml").read_text(encoding="utf-8"))
    return {suite: Wants(**each) for suite, each in raw["suites"].items()}


def held(run: Run, wants: Wants) -> list[Held]:
    """Hold a run against its bars."""
    rates = {measure: run.rate(measure) for measure in wants.bars}
    return [
        Held(suite=run.suite, measure=measure, bar=bar, value=rate.value.value if (rate := rates[measure]) else None)
        for measure, bar in wants.bars.items()
    ]
