"""Fits the verdict "there is no answer here" on the training questions: `wellspring eval calibrate --write`.

Four models: for the built-in vectors together with words where a card is the best found, the same for
a team's own document in the question's language and in the other one, and for words alone, which is what
answers where another embedding model is set or a server is down. A team's document has no everyday
questions, is often in one language only, and `elsewhere` says nothing of what it lacks: its models are
fitted on our cards made into such documents, once all Chinese and once all English, each asked in both
languages. The figures to trust are the leave-one-out ones, and those of `wellspring eval retrieval` on
other questions.
"""

from __future__ import annotations

from dataclasses import astuple, fields

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict

from evals.questions import Question
from knowledge.answerability import FILE, Judge, Model, Signals
from knowledge.documents import read_cards
from knowledge.results import Document
from knowledge.search import KnowledgeIndex

RIDGE = 1.0
KEPT = 0.95
"""Share of the answerable training questions that the threshold lets through."""
LANGUAGES = ("zh", "en")
MODELS: dict[Judge, list[str]] = {
    "cards": [field.name for field in fields(Signals)],
    "documents": ["near", "covered", "known"],
    "foreign": ["near", "covered"],
    "words": ["covered", "known"],
}


class Calibration(BaseModel):
    model_config = ConfigDict(frozen=True)

    questions: int
    models: dict[str, Model]
    auroc: dict[str, float]
    """By model, each question judged by a fit that never saw it."""

    def described(self) -> str:
        lines = [f"{name}: leave-one-out AUROC {self.auroc[name]:.3f}, {model.model_dump()}"
                 for name, model in self.models.items()]
        return "\n".join([f"{self.questions} questions", *lines])


def calibrated(
    index: KnowledgeIndex, files: list[KnowledgeIndex], questions: list[Question], facts: list[Question] | None = None,
) -> Calibration:  # fmt: skip
    """Fit each model; its threshold lets through `KEPT` of the answerable questions, held out.

    `index` holds the cards, `files` the same as documents of a team, one index for each of `LANGUAGES`. Of `facts`,
    further questions, only the models of the cards are told.
    """
    every = [*questions, *(facts or [])]
    names = [field.name for field in fields(Signals)]
    own = np.array([astuple(index.signals(item.q, written_in=item.written_in)) for item in every])
    theirs = np.array([astuple(each.signals(item.q)) for each in files for item in questions])
    at_home = np.array([item.language == language for language in LANGUAGES for item in questions])
    numbers = np.arange(len(questions))
    rows = {"documents": (theirs[at_home], np.tile(numbers, len(files))[at_home]),
            "foreign": (theirs[~at_home], np.tile(numbers, len(files))[~at_home])}
    models, area = {}, {}
    for name, used in MODELS.items():
        signals, asked = rows.get(name, (own, np.arange(len(every))))
        answerable = np.array([bool(item.expect) for item in every])[asked]
        columns = signals[:, [names.index(each) for each in used]]
        odds = held_out(columns, answerable, asked)
        intercept, weights = fit(columns, answerable)
        threshold = 1 / (1 + np.exp(-np.quantile(odds[answerable], 1 - KEPT)))
        models[name] = Model(
            threshold=round(float(threshold), 2), intercept=round(intercept, 3),
            weights={each: round(float(weight), 3) for each, weight in zip(used, weights, strict=True)})
        area[name] = round(auroc(odds[answerable], odds[~answerable]), 4)
    return Calibration(questions=len(every), models=models, auroc=area)


def as_files(language: str) -> list[Document]:
    """Return our cards in one language as a team's own documents, which answer no questions of their own."""
    return [card.model_copy(update={"trust": "upload", "questions": []})
            for card in read_cards() if card.language == language]


def store(found: Calibration) -> None:
    """Replace the coefficients that the product uses."""
    head = "# Written by `wellspring eval calibrate --write`; see evals/calibration.py. Not for editing by hand.\n"
    FILE.write_text(head + yaml.safe_dump(found.model_dump(mode="json"), sort_keys=False), encoding="utf-8")


def fit(signals: np.ndarray, answerable: np.ndarray, ridge: float = RIDGE) -> tuple[float, np.ndarray]:
    """Return intercept and weights of a ridge logistic regression, both classes weighing the same (Newton's method)."""
    mean, spread = signals.mean(axis=0), np.maximum(signals.std(axis=0), 1e-9)
    design = np.column_stack([np.ones(len(signals)), (signals - mean) / spread])
    penalty = np.diag([0.0] + [ridge] * signals.shape[1])
    weight = np.where(answerable, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (weight * (p - answerable)) + penalty @ beta
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + penalty
        beta -= np.linalg.solve(hessian, gradient)
    slopes = beta[1:] / spread
    return float(beta[0] - slopes @ mean), slopes


def held_out(signals: np.ndarray, answerable: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return each row's log odds from a model that never saw its question; `asked` numbers the rows' questions."""
    odds = np.empty(len(answerable))
    for question in np.unique(asked):
        left = asked == question
        intercept, weights = fit(signals[~left], answerable[~left])
        odds[left] = intercept + signals[left] @ weights
    return odds


def auroc(yes: np.ndarray, no: np.ndarray) -> float:
    """Return the chance that one of `yes` scores above one of `no`, ties half."""
    return float(((yes[:, None] > no[None, :]) + 0.5 * (yes[:, None] == no[None, :])).mean())
