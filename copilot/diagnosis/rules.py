"""The rules of the diagnosis (`rules.yaml`), read once and checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from tools.definitions import Strict

TOPICS = ("stage", "quadrant", "maturity")
STAGES = ("acquire", "develop", "breakthrough")
LEVELS = ("high", "low")
"""Of an axis of the industry quadrants."""
Unit = Literal["percent", "times", "customers"]


class Band(Strict):
    reading: str
    below: float | None = None
    """The numbers below it have this reading; None for all that are left."""


class Industry(Strict):
    quadrant: str
    named: bool
    """Whether the report itself places this kind of business; otherwise we do."""
    cases: list[str]


class Question(Strict):
    options: list[str]
    unit: Unit | None = None
    bands: list[Band] = []
    cards: list[str]
    offered: bool = True
    """False for what is only taken from a description, never asked."""

    @property
    def numeric(self) -> bool:
        return self.unit is not None


class SignalWindow(Strict):
    window: str
    history: int
    """Days of data that it takes."""


class Signal(Strict):
    """A figure of the data and what its size means."""

    metric: str
    takes: Literal["value", "change", "share_of_market"]
    windows: list[SignalWindow]
    bands: list[Band]


class Sign(Strict):
    """A figure that shows whether something is in place."""

    metric: str
    window: str = ""
    least: float


class Line(Strict):
    """One input of a verdict: which verdicts each of its readings points to, and with how many points."""

    id: str
    weight: int
    points: dict[str, list[str]]
    cards: list[str]


class Step(Strict):
    level: int
    card: str
    signs: list[str]


class Sureness(Strict):
    firm: float
    leaning: float


class FocusRules(Strict):
    stage: int
    stage_open: int
    stage_too: int
    quadrant: int
    challenge: int
    case: int
    unmet: int
    shown: int


class CaseRules(Strict):
    stage: int
    quadrant: int
    industry: int
    scenario: int
    words: float
    shown: int


class PhaseRule(Strict):
    name: str
    first: int
    """Days before the event on which it begins."""
    last: int
    """Days before the event on which it ends."""
    cards: list[str]


class QuickWinRules(Strict):
    card: str
    phases: list[PhaseRule]
    least: int
    rounds: int
    shares: list[float]
    wait: int
    kpis: list[str]
    audience: str
    last_time: list[str]


class Rules(Strict):
    sureness: Sureness
    industries: dict[str, Industry]
    questions: dict[str, Question]
    signals: dict[str, Signal]
    signs: dict[str, Sign]
    stage: list[Line]
    penetration: list[Line]
    frequency: list[Line]
    maturity: list[Step]
    focus: FocusRules
    propositions: dict[str, str]
    cases: CaseRules
    quickwin: QuickWinRules

    def asked(self, topic: str) -> list[str]:
        """Questions of a topic, the weightiest first; `focus` asks those of stage and quadrant."""
        if topic == "maturity":
            return [sign for step in self.maturity for sign in step.signs if sign in self.questions]
        lines = {"stage": self.stage, "quadrant": [*self.penetration, *self.frequency]}.get(topic)
        lines = lines if lines is not None else [*self.stage, *self.penetration, *self.frequency]
        known = {line.id: line.weight for line in lines if self._offers(line.id)}
        extra = ["market_size"] if topic != "quadrant" else []
        return [*sorted(known, key=lambda key: -known[key]), *extra]

    def _offers(self, key: str) -> bool:
        return key in self.questions and self.questions[key].offered


def band_of(value: float, bands: Sequence[Band]) -> str:
    """The reading of a number."""
    return next(band.reading for band in bands if band.below is None or value < band.below)


@cache
def rules() -> Rules:
    """The rules that ship with Wellspring."""
    return Rules.model_validate(yaml.safe_load(_text("rules.yaml")))


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """Question -> reading -> what people write for it, both languages (`words.yaml`)."""
    return yaml.safe_load(_text("words.yaml"))


def _text(name: str) -> str:
    return resources.files("copilot.diagnosis").joinpath(name).read_text(encoding="utf-8")
