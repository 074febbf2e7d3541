"""The network that reads questions, fitted on `evals/cases/heard/`: what is asked (`hearing.py`) and which words are
conditions on people (`marks.py`) are told from the states of the pieces.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from knowledge.e5 import e5
from knowledge.transformer import Transformer

FILE = Path(str(resources.files("copilot.planner"))) / "reader.npz"


@cache
def reader() -> Transformer:
    """The network with its weights. Raises IndexProblem where those that it was fitted on are not installed."""
    return Transformer.load(FILE)


@lru_cache(maxsize=32)  # one clause is read for what it asks, and for the conditions in it
def states(text: str) -> np.ndarray:
    """Return the states of a text's pieces, shape (pieces + 2, 384); the array is kept, so it is read-only."""
    found = reader().states(text)
    found.flags.writeable = False
    return found


def places(text: str) -> list[tuple[int, int]]:
    """Return where each piece of the text begins and ends in it, without the signs before and behind them."""
    return [(piece.start, piece.end) for piece in e5().cut(text)]
