"""Route a clause that the lexicon does not understand: the nearest example question decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np
import yaml

from copilot.planner.keeping import KeptVectors
from copilot.planner.likenames import LikeNames
from copilot.planner.meaning import Encoder, Meanings
from tools.definitions import LOADER

NEAR = 0.62
"""Least cosine to an example. Paraphrases of the examples reach 0.65 and more, unrelated questions stay below 0.55."""
_MAYBE = 0.56
"""Least cosine to examples of two kinds, for both to be offered."""
_MARGIN = 0.04
"""Lead of the nearer one below which neither is taken."""


@dataclass(frozen=True)
class Route:
    label: str
    """A focus, or "metric:<name>"."""
    nearness: float

    @property
    def metric(self) -> str:
        return self.label.removeprefix("metric:") if self.label.startswith("metric:") else ""


class Router:
    """Nearest-example routing; the examples are embedded at the first use."""

    def __init__(self, encoder: Encoder, place: Path | None = None) -> None:
        """`place` is a directory that the examples' vectors are kept in; None makes them anew."""
        self._encoder = encoder
        self._kept = KeptVectors(encoder, place)
        self.meanings = Meanings(encoder, self._kept)
        self.names = LikeNames(encoder)

    def route(self, clause: str) -> Route | None:
        """The label of the nearest example, or None when nothing is near enough."""
        labels, vectors = self._examples
        nearness = vectors @ self._encoder.embed([clause])[0]
        best = int(np.argmax(nearness))
        return Route(labels[best], float(nearness[best])) if nearness[best] >= NEAR else None

    def either(self, clause: str) -> tuple[str, ...]:
        """The labels of the two figures that the clause is about as near to; () where one leads or none is near."""
        labels, vectors = self._examples
        nearness = dict.fromkeys(labels, 0.0)
        for label, near in zip(labels, vectors @ self._encoder.embed([clause])[0], strict=True):
            nearness[label] = max(nearness[label], float(near))
        first, second = sorted(nearness, key=nearness.__getitem__, reverse=True)[:2]
        close = nearness[second] >= _MAYBE and nearness[first] - nearness[second] < _MARGIN
        return (first, second) if close and all(label.startswith("metric:") for label in (first, second)) else ()

    def is_word(self, word: str) -> bool:
        """Whether a word is spelled as people spell it, as far as the encoder knows; False for one that cannot tell."""
        told = getattr(self._encoder, "is_word", None)
        return bool(told and told(word))

    def warm(self) -> None:
        """Embed the examples and the known words before the first question needs them."""
        _ = self._examples
        self.meanings.warm()

    @cached_property
    def _examples(self) -> tuple[list[str], np.ndarray]:
        text = resources.files("copilot.planner").joinpath("examples.yaml").read_text(encoding="utf-8")
        raw = yaml.load(text, Loader=LOADER)
        pairs = [(label, utterance) for label, utterances in raw.items() for utterance in utterances]
        return [label for label, _ in pairs], self._kept.embed([utterance for _, utterance in pairs])
