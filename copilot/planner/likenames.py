"""What name of the data an unknown word means: "cast iron pan" is 铸铁煎锅, by the nearness of their vectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from copilot.planner.meaning import Encoder
from copilot.planner.vocabulary import Vocabulary

_DIMENSIONS = ("product", "campaign", "category")
_MEANT = 0.7
"""Least cosine to the name that is meant."""
_LEAD = 0.1
"""Least lead over the next name."""
_MAYBE = 0.5
"""Least cosine of a word that may name goods which the data has under another name, or has not."""


@dataclass(frozen=True)
class Near:
    name: str
    """As the data writes it."""
    meant: bool
    """Whether it is taken for that; else it may be."""


class LikeNames:
    """Products, categories and campaigns of the newest data by their vectors, embedded when first asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: tuple[tuple[str, ...], np.ndarray] = ((), np.empty((0, 0)))

    def nearest(self, words: str, vocabulary: Vocabulary) -> Near | None:
        """The name nearest to these words; None where none is near."""
        names = tuple(_names(vocabulary))
        if not names:
            return None
        if names != self._known[0]:
            self._known = (names, self._encoder.embed(list(names)))
        nearness = self._known[1] @ self._encoder.embed([words])[0]
        order = np.argsort(-nearness)
        best = float(nearness[order[0]])
        lead = best - float(nearness[order[1]]) if len(names) > 1 else best
        return Near(names[order[0]], best >= _MEANT and lead >= _LEAD) if best >= _MAYBE else None


def _names(vocabulary: Vocabulary) -> Iterator[str]:
    for dimension in _DIMENSIONS:
        if values := vocabulary.values.get(dimension):
            yield from dict.fromkeys(values.terms.values())
