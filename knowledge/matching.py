"""Which cards a question is after, told by the everyday questions of all of them together.

The nearest of a card's questions may be near by chance, and a word like "customers" makes all of them
near a little. So kernel ridge regression learns from every card's questions what sets them apart from
the others': Saunders, Gammerman & Vovk, "Ridge Regression Learning Algorithm in Dual Variables", 1998,
with a radial kernel on unit vectors. It is fitted anew when the cards' questions change, on nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.blas import one_thread

NAME = "matching.npz"
SHARPNESS = 3.0
"""Factor of the cosine in the kernel."""
RIDGE = 0.3
WRITTEN_IN = ("", "zh", "en")
"""Languages of the questions learnt from; "" is both. A search in one language's passages hears that one only."""


@dataclass(frozen=True)
class Questions:
    """What cards answer: per question the key of its vector, its card and its language."""

    keys: list[str]
    cards: list[str]
    languages: list[str]

    def fingerprint(self, embedder: str) -> str:
        return hashlib.sha256(repr((SHARPNESS, RIDGE, embedder, self)).encode("utf-8")).hexdigest()


class Matcher:
    """Unit vectors of questions, shape (questions, dimension), and what each says of each card."""

    def __init__(self, cards: list[str], models: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
        """`models`: language -> (vectors, weights of shape (questions, cards))."""
        self._cards = cards
        self._models = models

    @staticmethod
    def written(generation: Path, questions: Questions | None = None, embedder: str = "") -> bool:
        """Whether a generation has a fit, and, where they are given, one to these questions and vectors."""
        path = generation / NAME
        if not path.exists() or questions is None:
            return path.exists()
        with np.load(path) as file:
            return str(file["fingerprint"]) == questions.fingerprint(embedder)

    @classmethod
    def load(cls, generation: Path) -> Matcher:
        """Read what `write` wrote; empty for an index that has none."""
        path = generation / NAME
        if not path.exists():
            return cls([], {})
        with np.load(path) as file:
            return cls(file["cards"].tolist(), {name: (file[f"vectors{name}"], file[f"weights{name}"])
                                                for name in WRITTEN_IN if f"vectors{name}" in file})

    @classmethod
    def write(cls, generation: Path, questions: Questions, vectors: np.ndarray, embedder: str) -> None:
        """Fit to questions and their unit vectors, shape (questions, dimension)."""
        cards = sorted(set(questions.cards))
        found = {}
        for name in WRITTEN_IN:
            of = np.array([name in ("", language) for language in questions.languages], dtype=bool)
            if of.any():
                right = np.array([[card == asked for card in cards]
                                  for asked, taken in zip(questions.cards, of, strict=True) if taken])
                found |= {f"vectors{name}": vectors[of], f"weights{name}": _weights(vectors[of], right)}
        np.savez(generation / NAME, cards=np.array(cards), fingerprint=questions.fingerprint(embedder), **found)

    def match(self, question: np.ndarray, written_in: str = "") -> dict[str, float]:
        """Return {card: how much a question's unit vector asks for it}, 0 to 1; {} where no card has questions."""
        if written_in not in self._models:
            return {}
        vectors, weights = self._models[written_in]
        with one_thread():
            scores = _kernel(vectors @ question) @ weights
        return dict(zip(self._cards, np.clip(scores, 0, 1).tolist(), strict=True))


def _weights(vectors: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve the regression of the centred answers; `right` is of shape (questions, cards)."""
    wanted = (right - right.mean(axis=0)).astype(np.float32)
    with one_thread():
        kernel = _kernel(vectors @ vectors.T)
        kernel[np.diag_indices_from(kernel)] += RIDGE
        return np.linalg.solve(kernel, wanted)


def _kernel(cosines: np.ndarray) -> np.ndarray:
    return np.exp(np.float32(SHARPNESS) * (cosines - 1))
