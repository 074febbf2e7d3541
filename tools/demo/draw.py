"""Seeded randomness: one named stream a step, so that changing one step leaves the others alone."""

from __future__ import annotations

import numpy as np


def stream(seed: int, step: str) -> np.random.Generator:
    """The generator of one step."""
    return np.random.default_rng([seed, *step.encode()])


def choose(rng: np.random.Generator, weights: object, size: int) -> np.ndarray:
    """`size` positions drawn in proportion to `weights` (any positive numbers)."""
    share = np.cumsum(np.asarray(list(weights), dtype=float))  # type: ignore[call-overload]
    return np.searchsorted(share / share[-1], rng.random(size), side="right")
