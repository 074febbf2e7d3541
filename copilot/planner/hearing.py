"""A second reader of a clause, which has learnt what is asked from examples instead of lists of words.

A network reads the clause's pieces (`reader.py`), names and times replaced by what they are (`templates.py`), and
says what is asked and how sure it is; days, values and numbers it does not read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copilot.planner.reader import reader, states
from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary
from knowledge.transformer import sigmoid, softmax

HEADS = ("kind", "metric", "by", "compare", "order", "share", "several")
METRIC = HEADS.index("metric")
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
    seconds: dict[str, float]
    """Metrics and the chance that each is a second one that is asked for; empty where one figure is enough."""

    @property
    def metric(self) -> str:
        """The likeliest one."""
        return max(self.metrics, key=self.metrics.__getitem__)


def hear(clause: str, vocabulary: Vocabulary) -> Heard:
    """Return what a clause seems to ask."""
    net = reader()
    read = states(template(clause, vocabulary))
    scores = {head: net.told(f"heads.{number}", read, number) for number, head in enumerate(HEADS)}
    kinds = dict(zip(net.names["kind"], softmax(scores["kind"]), strict=True))
    metrics = dict(zip(net.names["metric"], softmax(scores["metric"]), strict=True))
    kind = max(kinds, key=kinds.__getitem__)
    seconds = softmax(net.told(f"heads.{METRIC}", read, looking=len(HEADS)))
    several = bool(np.argmax(scores["several"]))
    by = [(chance, name) for name, chance in zip(net.names["by"], sigmoid(scores["by"]), strict=True)]
    return Heard(
        kind=kind, sure=float(kinds[kind]),
        chances={name: float(chance) for name, chance in kinds.items()},
        metrics={name: float(chance) for name, chance in metrics.items()},
        by=tuple(name for chance, name in sorted(by, reverse=True) if chance >= _LIKELY)[:2],
        compare=net.names["compare"][int(np.argmax(scores["compare"]))],
        order=net.names["order"][int(np.argmax(scores["order"]))],
        share=bool(np.argmax(scores["share"])),
        seconds=dict(zip(net.names["metric"], map(float, seconds), strict=True)) if several else {},
    )  # fmt: skip
