"""A second reader of a clause, which has learnt what is asked from examples instead of lists of words.

A small recurrent network over the vectors of the clause's pieces, names and times replaced by what they are
(`templates.py`). `hearing.npz` holds its weights, which `python -m evals.hearing` fits on `evals/cases/heard/`. What it
hears is said with how sure it is; days, values and numbers it does not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary
from knowledge.token_vectors import token_vectors

FILE = Path(str(resources.files("copilot.planner"))) / "hearing.npz"
HEADS = ("kind", "metric", "by", "compare", "order", "share")
_LIKELY = 0.5
"""Chance from which a dimension is one that the figure is split by."""


@dataclass(frozen=True)
class Heard:
    kind: str
    """What is wanted, by the labels of `evals/cases/heard/`: "figure", "people", "why", "advice", "cannot" …"""
    sure: float
    """Chance that it is wanted, from 0 to 1."""
    chances: dict[str, float]
    """Of each kind."""
    metrics: dict[str, float]
    """Metrics and the chance that each is the one that is meant."""
    by: tuple[str, ...]
    compare: str
    order: str
    share: bool

    @property
    def metric(self) -> str:
        """The likeliest one."""
        return max(self.metrics, key=self.metrics.__getitem__)


def hear(clause: str, vocabulary: Vocabulary) -> Heard:
    """Return what a clause seems to ask."""
    net = _net()
    states = net.states(token_vectors(template(clause, vocabulary)))
    scores = {head: net.scores(states, number) for number, head in enumerate(HEADS)}
    kinds = dict(zip(net.names["kind"], _softmax(scores["kind"]), strict=True))
    metrics = dict(zip(net.names["metric"], _softmax(scores["metric"]), strict=True))
    kind = max(kinds, key=kinds.__getitem__)
    by = [(chance, name) for name, chance in zip(net.names["by"], _sigmoid(scores["by"]), strict=True)]
    return Heard(
        kind=kind, sure=float(kinds[kind]),
        chances={name: float(chance) for name, chance in kinds.items()},
        metrics={name: float(chance) for name, chance in metrics.items()},
        by=tuple(name for chance, name in sorted(by, reverse=True) if chance >= _LIKELY)[:2],
        compare=net.names["compare"][int(np.argmax(scores["compare"]))],
        order=net.names["order"][int(np.argmax(scores["order"]))],
        share=bool(np.argmax(scores["share"])),
    )  # fmt: skip


@dataclass(frozen=True)
class _Net:
    weights: dict[str, np.ndarray]
    names: dict[str, list[str]]

    def states(self, vectors: np.ndarray) -> np.ndarray:
        """The pieces in their order, read from both sides: shape (pieces, hidden)."""
        w = self.weights
        seen = np.maximum(vectors @ w["inp.weight"].T + w["inp.bias"], 0)
        ahead, back = self._read(seen, "l0"), self._read(seen[::-1], "l0_reverse")[::-1]
        return np.concatenate([ahead, back], axis=1)

    def scores(self, states: np.ndarray, head: int) -> np.ndarray:
        """A head's scores from the pieces that it looks at."""
        w = self.weights
        looks = _softmax(states @ w["att.weight"][head] + w["att.bias"][head])
        return (looks @ states) @ w[f"heads.{head}.weight"].T + w[f"heads.{head}.bias"]

    def _read(self, seen: np.ndarray, way: str) -> np.ndarray:
        """A gated recurrent unit (Cho et al. 2014), as PyTorch's GRU lays its weights out."""
        w = self.weights
        given = seen @ w[f"mix.weight_ih_{way}"].T + w[f"mix.bias_ih_{way}"]
        kept, bias = w[f"mix.weight_hh_{way}"].T, w[f"mix.bias_hh_{way}"]
        size = len(bias) // 3
        state, states = np.zeros(size, dtype=np.float32), []
        for each in given:
            held = state @ kept + bias
            reset, update = np.split(_sigmoid(each[: 2 * size] + held[: 2 * size]), 2)
            new = np.tanh(each[2 * size :] + reset * held[2 * size :])
            state = (1 - update) * new + update * state
            states.append(state)
        return np.array(states)


@cache
def _net() -> _Net:
    with np.load(FILE, allow_pickle=False) as kept:
        names = {head: [str(name) for name in kept[f"names.{head}"]] for head in HEADS if f"names.{head}" in kept}
        weights = {name: kept[name].astype(np.float32) for name in kept.files if kept[name].dtype.kind == "f"}
    return _Net(weights, names)


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _sigmoid(scores: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(scores / 2))  # as 1 / (1 + e^-x), without its overflow
