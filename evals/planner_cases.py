"""Everyday questions with what a right answer must do and hold; `evals/README.md` describes the format."""

from __future__ import annotations

from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

Kind = Literal["figures", "knowledge", "draft", "check", "reason", "refusal", "clarification", "greeting"]
Tool = Literal[
    "metric", "ranking", "trend", "comparison", "tiers", "migration", "cohorts", "rfm", "segment", "campaigns",
    "lifetime", "knowledge", "draft", "check", "diagnosis",
]  # fmt: skip
Unit = Literal["money", "count", "percent", "days", "rate", "points", "mixed"]
LANGUAGES = ("zh", "en")
SETS = {"1": "planner"} | {str(number): f"planner-{number}" for number in range(2, 10)}
"""How the names of a set's files begin. Sets 2, 4, 5, 8 and 9 are kept apart whole, sets 3, 6 and 7 are open whole."""
HELD_BACK = frozenset({"refusal", "clarification"})
"""Kinds of answers that hold no figure."""


class Case(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    turns: list[str]
    """Earlier questions of the thread, then the one that is judged."""
    expect: Kind
    tools: list[Tool] = []
    slots: dict[str, Any] = {}
    """What must be understood: metric, period ("2026-09-01..2026-09-30"), by, or a dimension with its values."""
    sql: str = ""
    """One DuckDB statement over the canonical tables: the names and numbers that a right answer holds."""
    also_sql: list[str] = []
    """Other right readings."""
    unit: Unit = "mixed"
    """Of the numbers; shares are fractions."""
    held: bool = False
    """Kept apart until the end."""
    about: list[str] = []
    """Words any of which an answer from the knowledge base holds."""
    missing: str = ""
    """What the data or the question lacks."""
    note: str = ""
    reviewed: bool = True
    """Whether somebody has said what is right; a case made from a stored turn waits for that and is not asked."""
    answered: str = ""
    """What was answered, in a case that waits for review."""
    language: Literal["zh", "en"]

    @model_validator(mode="before")
    @classmethod
    def _one_reading_is_a_list(cls, raw: dict) -> dict:
        other = raw.get("also_sql") or []
        return raw | {"also_sql": [other] if isinstance(other, str) else other}

    @property
    def question(self) -> str:
        return self.turns[-1]

    @property
    def readings(self) -> list[str]:
        return [reading for reading in (self.sql, *self.also_sql) if reading]


def load(name: str = "1", *, held: bool = False) -> list[Case]:
    """Return a set's reviewed open questions, or the held ones. Raises pydantic's error for a malformed one."""
    every = [case for language in LANGUAGES for case in parse(_text(f"{SETS[name]}-{language}"), language)]
    return [case for case in every if case.held == held and case.reviewed]


def parse(written: str, language: str) -> list[Case]:
    """Return the questions of one file."""
    return [Case(**(each | {"language": language})) for each in (yaml.safe_load(written) or {}).get("questions", [])]


def _text(stem: str) -> str:
    return resources.files("evals").joinpath("cases", f"{stem}.yaml").read_text(encoding="utf-8")
