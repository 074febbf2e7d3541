"""How well strategy questions are answered: is a card that answers one cited, does it lead, are its facts told.

The questions are in `cases/strategy.yaml`. They are asked of a workspace's copilot, each in a thread of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from copilot.answer import Answer

_CITED = re.compile(r"\[([^\[\]\s]+)#\d+(?:\.\d+)?\]")


class Strategy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str
    language: Literal["zh", "en"]
    set: Literal["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "open"]
    """Which round of writing it is from; each round was written before any answer to it was seen."""
    expect: list[str]
    """Ids of cards any of which answers it, `*` for anything."""
    says: list[str] = []
    """Words that the answer must hold."""


class Judged(BaseModel):
    model_config = ConfigDict(frozen=True)

    question: Strategy
    cited: list[str]
    """Cards cited in the text, in order."""
    answered: bool
    """An expected card is cited, and what must be said is."""
    led: bool
    """The first card cited is an expected one."""
    marked: list[str]
    """Codes of the checks that a sentence or figure did not pass."""


class Tally(BaseModel):
    model_config = ConfigDict(frozen=True)

    set: str
    language: str
    n: int
    answered: int
    led: int
    marked: int


class StrategyReport(BaseModel):
    model_config = ConfigDict(frozen=True)

    tallies: list[Tally]
    missed: list[Judged]


def load() -> list[Strategy]:
    """Return every question. Raises pydantic's error for a malformed one."""
    raw = resources.files("evals").joinpath("cases", "strategy.yaml").read_text(encoding="utf-8")
    return [Strategy(**each) for each in yaml.safe_load(raw)["questions"]]


def judged(question: Strategy, answer: Answer) -> Judged:
    """Hold an answer against what was expected of it."""
    cited = list(dict.fromkeys(_CITED.findall(answer.text)))
    right = [any(fnmatchcase(card, wanted) for wanted in question.expect) for card in cited]
    told = all(words in answer.text for words in question.says)
    marked = [caution.code for caution in answer.warnings if caution.code.startswith("W-")]
    return Judged(question=question, cited=cited, answered=any(right) and told, led=right[:1] == [True], marked=marked)


def tallies(outcomes: Iterable[Judged]) -> list[Tally]:
    """Count by round and language."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for each in outcomes:
        groups.setdefault((each.question.set, each.question.language), []).append(each)
    return [
        Tally(
            set=name, language=language, n=len(items), answered=sum(item.answered for item in items),
            led=sum(item.led for item in items), marked=sum(bool(item.marked) for item in items),
        )
        for (name, language), items in groups.items()
    ]  # fmt: skip


def told(found: StrategyReport) -> str:
    """The report as text."""
    counted = ["  ".join(f"{name} {value}" for name, value in row.model_dump().items()) for row in found.tallies]
    missed = [f"- {each.question.q} -> {', '.join(each.cited) or '-'} {' '.join(each.marked)}" for each in found.missed]
    return "\n".join([*counted, *missed])
