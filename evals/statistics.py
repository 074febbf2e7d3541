"""Means with percentile bootstrap intervals (Efron & Tibshirani 1993), shares with Wilson intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from tools.lift import wilson

RESAMPLES = 2000
LEVEL = 0.95
SEED = 5


class Estimate(BaseModel):
    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    """2.5th percentile of the resampled values."""
    high: float
    """97.5th percentile of the resampled values."""


def estimate(values: Sequence[float]) -> Estimate | None:
    """Return the mean of `values`; None for no values."""
    if not len(values):
        return None
    array = np.asarray(values, dtype=float)
    return _interval(array.mean(), _draws(len(array), lambda rows: array[rows].mean(axis=1)))


def area(yes: Sequence[float], no: Sequence[float]) -> Estimate | None:
    """Return the area under the ROC curve: the chance that one of `yes` scores above one of `no`, ties half."""
    if not len(yes) or not len(no):
        return None
    above, below = np.asarray(yes, dtype=float), np.asarray(no, dtype=float)
    wins = (above[:, None] > below[None, :]) + 0.5 * (above[:, None] == below[None, :])
    random = np.random.default_rng(SEED)
    draws = np.array([
        wins[random.integers(0, len(above), len(above))][:, random.integers(0, len(below), len(below))].mean()
        for _ in range(RESAMPLES // 4)
    ])
    return _interval(wins.mean(), draws)


def _draws(size: int, statistic: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    rows = np.random.default_rng(SEED).integers(0, size, (RESAMPLES, size))
    return statistic(rows)


def _interval(value: float, draws: np.ndarray) -> Estimate:
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value=round(float(value), 4), low=round(float(low), 4), high=round(float(high), 4))


def proportion(hits: Sequence[bool]) -> Estimate | None:
    """Return the share of `hits` with its Wilson interval, which holds at 0 and 1 too; None for no hits."""
    if not len(hits):
        return None
    low, high = wilson(sum(hits), len(hits))
    return Estimate(value=round(sum(hits) / len(hits), 4), low=round(low, 4), high=round(high, 4))


def kappa(first: Sequence[bool], second: Sequence[bool]) -> Estimate | None:
    """Return Cohen's kappa (1960) of two raters' yes and no with its bootstrap interval.

    None where it is undefined: nothing was rated, or both raters say the same of everything.
    """
    pairs = np.asarray([first, second], dtype=float)
    if not pairs.size or np.isnan(value := float(_kappa(pairs[:, None, :])[0])):
        return None
    draws = _draws(pairs.shape[1], lambda rows: _kappa(pairs[:, rows]))
    return _interval(value, draws[~np.isnan(draws)])


def _kappa(pairs: np.ndarray) -> np.ndarray:
    """Of raters x draws x items, the kappa of each draw; NaN where chance alone agrees on everything."""
    yes = pairs.mean(axis=2)
    by_chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(by_chance < 1, ((pairs[0] == pairs[1]).mean(axis=1) - by_chance) / (1 - by_chance), np.nan)
