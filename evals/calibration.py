"""Fits the coefficients of `knowledge.answerability` on the retrieval questions.

Run `python -m evals.calibration` after the cards, the dictionary or the embedder changed
much, and copy what it prints. The figures to trust are the leave-one-out ones.
"""

from __future__ import annotations

import tempfile
from dataclasses import astuple
from pathlib import Path

import numpy as np

from evals.retrieval import Case, auroc, load_cases
from knowledge.embedding import SentenceEncoder
from knowledge.index import build_index
from knowledge.search import KnowledgeIndex
from tools.generations import Generations

RIDGE = 1.0


def fit(signals: np.ndarray, answerable: np.ndarray) -> tuple[float, np.ndarray]:
    """Return intercept and weights of a ridge logistic regression, both classes weighing the same (Newton's method)."""
    mean, spread = signals.mean(axis=0), signals.std(axis=0)
    design = np.column_stack([np.ones(len(signals)), (signals - mean) / spread])
    penalty = np.diag([0.0] + [RIDGE] * signals.shape[1])
    weight = np.where(answerable, 0.5 / answerable.mean(), 0.5 / (1 - answerable.mean()))
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (weight * (p - answerable)) + penalty @ beta
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + penalty
        beta -= np.linalg.solve(hessian, gradient)
    slopes = beta[1:] / spread
    return float(beta[0] - slopes @ mean), slopes


def held_out(signals: np.ndarray, answerable: np.ndarray) -> np.ndarray:
    """Return each question's log odds from a model that never saw it."""
    odds = []
    for left in range(len(answerable)):
        rest = np.arange(len(answerable)) != left
        intercept, weights = fit(signals[rest], answerable[rest])
        odds.append(intercept + signals[left] @ weights)
    return np.array(odds)


def measure(index: KnowledgeIndex, cases: list[Case]) -> tuple[np.ndarray, np.ndarray]:
    """Return the signals (questions x signals) and whether each question is answerable."""
    signals = np.array([astuple(index.signals(case.q)) for case in cases])
    return signals, np.array([bool(case.expect) for case in cases])


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        store, embedder = Generations(Path(directory), suffix=""), SentenceEncoder()
        build_index(store, embedder=embedder)
        signals, answerable = measure(KnowledgeIndex.open(store, embedder), load_cases())
    intercept, weights = fit(signals, answerable)
    odds = held_out(signals, answerable)
    print(f"INTERCEPT = {intercept:.2f}\nWEIGHTS = ({', '.join(f'{weight:.2f}' for weight in weights)})")
    print(f"leave-one-out AUROC {auroc(list(zip(odds, answerable, strict=True))):.3f}")
    for threshold in (0.3, 0.4, 0.5, 0.6):
        over = 1 / (1 + np.exp(-odds)) >= threshold
        print(f"threshold {threshold}: keeps {over[answerable].mean():.2f}, refuses {1 - over[~answerable].mean():.2f}")


if __name__ == "__main__":
    main()
