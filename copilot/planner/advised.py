"""Hear by its meaning that a question asks for advice, where its words led to no figure.

"Do personalised messages pay off, any numbers?" names no metric that we have, and is no question for one. A linear
model on the sentence vector tells such questions from those for figures, drafts and checks; `advised.yaml` holds its
weights, which `wellspring eval calibrate --write` fits on the cards' everyday questions against open planner questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import yaml

from copilot.planner.step import Step
from knowledge.embedding import SentenceEncoder
from tools.definitions import LOADER

FILE = Path(str(resources.files("copilot.planner"))) / "advised.yaml"
SURE = 0.0
"""Log odds from which a question is one for advice: 97 in 100 of those are above, as many for a figure below."""
_OPEN = frozenset({
    "say.condition", "say.unknown_metric", "ask.metric", "ask.draft", "ask.subject", "ask.figure", "ask.rate",
    "ask.people", "ask.campaign", "ask.which",
})  # fmt: skip
"""What is said or asked where a question was not understood as one for a figure."""
_WHOLE = re.compile(r"[一-鿿].*(?:[一-鿿].*){9}|(?:[^\W\d_]+\W+){5}[^\W\d_]+")
"""A question that is long enough to stand alone: ten Chinese characters, six words."""


@dataclass(frozen=True)
class Advised:
    intercept: float
    weights: np.ndarray

    def odds(self, vectors: np.ndarray) -> np.ndarray:
        """Log odds that texts of these unit vectors ask for advice."""
        return self.intercept + vectors @ self.weights


def misheard(steps: list[Step], question: str) -> bool:
    """Whether the steps refuse, ask back or leave words out, and the question is one for advice."""
    wish = not question.rstrip().endswith(("?", "？")) and any(step.focus == "ask.draft" for step in steps)
    whole = bool(_WHOLE.search(question)) and not wish  # "write them a text for tomorrow" wants the text
    return bool(steps) and whole and all(map(_left_open, steps)) and advises(question)


def _left_open(step: Step) -> bool:
    """Whether a step tells no figure, or one that words of the question were left out of; a ranking is one at least."""
    ranked = step.slots.dimensions and step.slots.order
    return not ranked and (step.focus in _OPEN or (step.focus == "metric" and bool(step.slots.unused)))


def advises(question: str) -> bool:
    return bool(_model().odds(SentenceEncoder().embed([question]))[0] >= SURE)


@cache
def _model() -> Advised:
    raw = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)
    return Advised(raw["intercept"], np.array(raw["weights"], dtype=np.float32))
