"""Questions that people ask around our subject and no card answers (`unanswered.yaml`).

"What does a CDP cost" lies as near to the CDP card as "what is a CDP"; what tells them apart is
that the first lies nearer still to other questions for a price.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import yaml

from knowledge.blas import one_thread
from knowledge.embedding import SentenceEncoder

NAME = "unanswered.npz"
NEAREST = 3
"""Questions whose cosines are averaged."""


class Unanswered:
    """The questions' unit vectors, shape (questions, 512)."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    @staticmethod
    def written(generation: Path) -> bool:
        """Whether a generation has the vectors of the questions as they are now."""
        path = generation / NAME
        if not path.exists():
            return False
        with np.load(path) as file:
            return file["questions"].tolist() == _questions()

    @classmethod
    def load(cls, generation: Path) -> Unanswered:
        """Read what `write` wrote; empty for an index that has none."""
        path = generation / NAME
        if not path.exists():
            return cls(np.empty((0, SentenceEncoder.dimension), dtype=np.float32))
        with np.load(path) as file:
            return cls(file["vectors"])

    @classmethod
    def write(cls, generation: Path) -> None:
        """Bring a generation's file up to date."""
        if not cls.written(generation):
            questions = _questions()
            np.savez(generation / NAME, questions=np.array(questions), vectors=SentenceEncoder().embed(questions))

    def nearness(self, question: np.ndarray) -> float:
        """Return the mean cosine of a question's unit vector with the nearest few; 0 where there are none."""
        with one_thread():
            cosines = np.sort(self._vectors @ question)[-NEAREST:]
        return float(cosines.mean()) if len(cosines) else 0.0


def _questions() -> list[str]:
    raw = yaml.safe_load(resources.files("knowledge").joinpath("unanswered.yaml").read_text(encoding="utf-8"))
    return [question for language in sorted(raw) for question in raw[language]]
