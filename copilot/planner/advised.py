"""Hear by its meaning that a question asks for advice, where its words led to no figure.

"Do personalised messages pay off, any numbers?" names no metric that we have, and is no question for one. Two models
tell such questions from those for figures, drafts and checks, and either is enough: the second reader (`hearing.py`),
which has learnt from questions of all kinds, and a linear one on the sentence vector, which knows the cards' everyday
questions (`advised.yaml` holds its weights, `wellspring eval calibrate --write` fits them).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import yaml

from copilot.planner.hearing import hear
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from knowledge.embedding import SentenceEncoder
from tools.definitions import LOADER

FILE = Path(str(resources.files("copilot.planner"))) / "advised.yaml"
SURE = 0.0
"""Log odds from which a question is one for advice: 97 in 100 of those are above, as many for a figure below."""
SURER = 3.0
"""The same where the words were heard as something else: a figure, a send, what is out of scope or to come."""
HEARD = {SURE: 0.4, SURER: 0.7}
"""Chances by the second reader from which it says the same."""
FIGURE = 0.8
"""Chance of a question for a figure from which one that was read as such stays."""
CERTAIN = 0.95
"""Chance of one for advice by the second reader from which not even "write" says that a draft is wished for."""
_OPEN = frozenset({
    "say.condition", "say.unknown_metric", "say.unread", "ask.metric", "ask.draft", "ask.subject", "ask.figure",
    "ask.rate", "ask.people", "ask.campaign", "ask.which",
})  # fmt: skip
"""What is said or asked where a question was not understood as one for a figure."""
_HEARD = frozenset({"say.send", "say.out_of_scope", "say.forecast", "say.personal", "say.rivals", "define"})
_AMOUNTS = frozenset({"amount", "count", "share", "trend", "top", "bottom", "moved", "define", "daily", "weekly"})
"""Cues of somebody who wants a figure."""
_WHOLE = re.compile(r"[一-鿿].*(?:[一-鿿].*){9}|(?:[^\W\d_]+\W+){5}[^\W\d_]+")
"""A question that is long enough to stand alone: ten Chinese characters, six words."""
_LEANS = re.compile(r"\bsame (?:as|again|for|but)\b|上次|上回|刚才", re.IGNORECASE)


@dataclass(frozen=True)
class Advised:
    intercept: float
    weights: np.ndarray

    def odds(self, vectors: np.ndarray) -> np.ndarray:
        """Log odds that texts of these unit vectors ask for advice."""
        return self.intercept + vectors @ self.weights


def misheard(steps: list[Step], question: str, vocabulary: Vocabulary) -> bool:
    """Whether the steps refuse, ask back or tell a figure that nobody asked for, and the question is one for advice."""
    wish = not question.rstrip().endswith(("?", "？")) and any(step.focus == "ask.draft" for step in steps)
    # "Write them a text for tomorrow" wants the text; "same as last time" leans on the turn before.
    whole = bool(_WHOLE.search(question)) and not _LEANS.search(question)
    least = max(map(_least, steps), default=math.inf)
    if not whole or least == math.inf:
        return False
    chances = hear(question, vocabulary).chances
    if wish and chances["advice"] < CERTAIN:
        return False
    named = any(step.focus == "metric" and step.slots.metrics for step in steps)
    if named and chances["figure"] + chances["people"] >= FIGURE:
        least = SURER
    return chances["advice"] >= HEARD[least] or odds(question) >= least


def _least(step: Step) -> float:
    """Log odds from which a step gives way to advice: where words were left out, where they were heard otherwise."""
    slots = step.slots
    if slots.dimensions and slots.order:  # a ranking is one at least
        return math.inf
    if step.focus in _OPEN or (step.focus == "metric" and slots.unused):
        return SURE
    narrowed = slots.windows or slots.filters or slots.dimensions or slots.compare or slots.cues & _AMOUNTS
    return SURER if step.focus in _HEARD or (step.focus == "metric" and not narrowed) else math.inf


def odds(question: str) -> float:
    """Log odds that a question asks for advice."""
    return float(_model().odds(SentenceEncoder().embed([question]))[0])


@cache
def _model() -> Advised:
    raw = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)
    return Advised(raw["intercept"], np.array(raw["weights"], dtype=np.float32))
