"""Sentence vectors of a fixed list of words, kept on disk: making them anew takes seconds at every start."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np

from copilot.planner.meaning import Encoder


class KeptVectors:
    """An encoder that remembers whole lists in `place`; None remembers nothing."""

    def __init__(self, encoder: Encoder, place: Path | None) -> None:
        self.name = encoder.name
        self._encoder = encoder
        self._place = place

    def embed(self, texts: list[str]) -> np.ndarray:
        """Unit vectors, shape (len(texts), dimension); made where they are not kept or cannot be read."""
        if self._place is None:
            return self._encoder.embed(texts)
        path = self._place / f"{self._name(texts)}.npy"
        try:
            vectors = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            vectors = None
        if vectors is None or vectors.ndim != 2 or len(vectors) != len(texts):
            vectors = self._encoder.embed(texts)
            _write(path, vectors)
        return vectors

    def _name(self, texts: list[str]) -> str:
        """Other words or another encoder have other vectors."""
        said = json.dumps([self.name, texts], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def _write(path: Path, vectors: np.ndarray) -> None:
    """Put the file in place whole; a place that cannot be written is done without."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.save(file, vectors)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
