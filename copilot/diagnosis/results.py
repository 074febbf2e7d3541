"""What a diagnosis says, in codes: the same in every language, so that it can be kept and compared."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from tools.data_result import DataResult
from tools.results import Frozen

Source = Literal["answer", "data", "card", "none"]
Level = Literal["firm", "leaning", "open"]
Standing = Literal["yes", "partly", "no", "unknown"]


class Input(Frozen):
    """One thing that a verdict was decided by, or could have been."""

    id: str
    source: Source
    """Where the reading comes from; "none" while it is unknown."""
    reading: str = ""
    """Code of what it says; "" for unknown."""
    value: float | None = None
    """The number behind the reading, where there is one; `unit` says how to write it."""
    unit: str = ""
    figure: str = ""
    """Key in `Diagnosis.figures` of the result behind it."""
    weight: int
    speaks: Literal["for", "against", "neither"] = "neither"
    cards: list[str] = []
    axis: str = ""
    """Of a quadrant: penetration or frequency."""


class Change(Frozen):
    """A verdict that one other reading would give."""

    input: str
    reading: str
    verdict: str


class Contradiction(Frozen):
    """An answer that the loaded data does not bear out."""

    input: str
    of: Literal["answer", "verdict"]
    """What the data speaks against: an answer about the same thing, or the verdict that answers gave."""
    answer: str
    """Code of that answer or verdict."""
    data: str
    figure: str


class Verdict(Frozen):
    topic: Literal["stage", "quadrant", "maturity"]
    verdict: str
    """Code of the verdict; "" while several are as likely, listed in `between`."""
    between: list[str] = []
    level: Level
    points_for: int
    points_against: int
    points_open: int
    inputs: list[Input]
    missing: list[str]
    """Questions without an answer that would count."""
    changes: list[Change]
    contradictions: list[Contradiction]
    cards: list[str]

    @property
    def possible(self) -> list[str]:
        return [self.verdict] if self.verdict else self.between


class Reason(Frozen):
    code: str
    points: int
    cards: list[str]


class Prerequisite(Frozen):
    id: str
    standing: Standing
    source: Source
    figure: str = ""


class Kpi(Frozen):
    metric: str
    figure: str = ""
    """Key in `Diagnosis.figures` of its present value; "" where the data cannot tell."""
    needs: list[str] = []
    """Tables and columns that it lacks."""


class Focus(Frozen):
    """A scenario worth working on."""

    scenario: str
    card: str
    points: int
    reasons: list[Reason]
    prerequisites: list[Prerequisite]
    kpis: list[Kpi]
    weeks: list[int] = [1, 2, 3, 4]
    """Weeks of the first 30 days; their words are in the catalogue, by scenario."""
    days: int = 30


class CaseMatch(Frozen):
    card: str
    points: float
    alike: list[str]
    """stage, quadrant, industry, scenario:<slug>, words."""
    differs: list[str]
    """stage:<code>, quadrant:<code>, industry, missing:<prerequisite>."""
    evidence: str
    """The card's evidence grade."""
    facts: list[str]
    """Ids of the figures on the card; each carries its grade there."""


class Phase(Frozen):
    name: str
    start: date
    end: date
    cards: list[str]


class Round(Frozen):
    number: int
    start: date
    end: date
    share: float
    """Of the list without the holdout, reached by the end of the round."""
    decide: date
    """Day of the decision before the next round."""


class Group(Frozen):
    """The people of a plan: counted today, not forecast."""

    audience: int
    holdout: int
    pilot: int
    figure: str


class QuickWin(Frozen):
    event: str
    """Name of the event as it was said; "" for a day without a name."""
    first_day: date
    last_day: date
    prepared_on: date
    days_left: int
    late: bool
    """Whether there are too few days to test before it: the first round is the test."""
    short: bool
    """Whether the phases had to be cut short."""
    holdout: float
    pilot: float
    phases: list[Phase]
    rounds: list[Round]
    judged_on: date
    gap: int
    """Maturity level to lift towards; 0 where it is unknown."""
    group: Group | None
    kpis: list[Kpi]
    last_time: list[Kpi]
    last_event: list[date] = []
    """First and last day of the event a year before, where the data holds them."""


class Diagnosis(Frozen):
    """Everything that one look at a brand gave."""

    kind: Literal["diagnosis"] = "diagnosis"
    topics: list[str]
    on: date
    """The day it was made."""
    as_of: date | None
    """Last day of the loaded data; None while nothing is loaded."""
    history: int = 0
    """Days that the data covers."""
    answers: dict[str, str]
    description: str = ""
    stage: Verdict | None = None
    quadrant: Verdict | None = None
    maturity: Verdict | None = None
    focus: list[Focus] = []
    also: list[Focus] = []
    """Scenarios that follow the short list, without figures."""
    cases: list[CaseMatch] = []
    quickwin: QuickWin | None = None
    figures: dict[str, DataResult] = {}
    cards: list[str] = []
    """Cited cards and passages, in the order in which they count."""
    ask: str = ""
    """The one question whose answer would help most; "" when nothing is missing."""

    @property
    def verdicts(self) -> list[Verdict]:
        return [found for found in (self.stage, self.quadrant, self.maturity) if found is not None]


class SavedDiagnosis(Frozen):
    id: str
    name: str
    saved_at: datetime
    diagnosis: Diagnosis


class Moved(Frozen):
    """One thing that differs between two diagnoses."""

    what: str
    """answer:<key>, stage, quadrant, maturity, level:<topic>, focus, figure:<metric>."""
    before: str
    after: str
    unit: str = ""


class Comparison(Frozen):
    before: SavedDiagnosis
    after: Diagnosis
    moved: list[Moved]
