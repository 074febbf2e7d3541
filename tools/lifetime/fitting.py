"""Maximum likelihood over positive parameters, from several starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from tools.errors import NoData

BOUNDS = (-8.0, 12.0)
"""Of the parameters' logarithms. A likelihood flat beyond them (nobody ever leaves) ends on the bound, where
what it expects has long settled; the calibration decides whether that is trusted."""
LIMITS = {"maxiter": 500, "maxfun": 1500, "ftol": 1e-13, "gtol": 1e-8}
RESTARTS = 8
FLAT = 0.1
"""Slope of the log-likelihood, in the parameters' logarithms, below which a fit has arrived: a parameter e times as
large would gain less than chance does."""

Likelihood = Callable[..., tuple[float, Sequence[float]]]
"""Log-likelihood at some parameters, and its derivative by each."""


@dataclass(frozen=True)
class Optimum:
    """Parameters of the largest log-likelihood found."""

    parameters: list[float]
    log_likelihood: float
    converged: bool
    """Whether the log-likelihood is flat there: at a maximum, or against a bound."""


def fit_positive(likelihood: Likelihood, starts: Sequence[Sequence[float]]) -> Optimum:
    """Parameters that maximise `likelihood(*parameters)`.

    Raises NoData `no_fit` when the likelihood is no number at any start.
    """

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(logs)
        with np.errstate(all="ignore"):  # far outside the likelihood is no number
            value, slope = likelihood(*parameters)
        found = np.asarray(slope, float) * parameters
        usable = np.isfinite(value) and np.isfinite(found).all()
        return (-float(value), -found) if usable else (1e300, np.zeros_like(logs))

    found = [_climb(loss, np.log(start)) for start in starts]
    best = min((each for each in found if each is not None), key=lambda each: each.fun, default=None)
    if best is None:
        raise NoData("no_fit")
    return Optimum([float(value) for value in np.exp(best.x)], -float(best.fun), _flat(best))


def _climb(loss: Callable[[np.ndarray], tuple[float, np.ndarray]], start: np.ndarray) -> OptimizeResult | None:
    size, _slope = loss(start)
    if size >= 1e299:
        return None
    size = abs(size) or 1.0

    def near_one(logs: np.ndarray) -> tuple[float, np.ndarray]:
        # Else the first step of the line search leaves every sensible parameter behind.
        value, slope = loss(logs)
        return value / size, slope / size

    found = OptimizeResult(x=start)
    for _ in range(RESTARTS):  # on a narrow ridge the walk stops early; begun anew it goes on
        found = minimize(near_one, found.x, jac=True, method="L-BFGS-B", bounds=[BOUNDS] * len(start), options=LIMITS)
        found.fun, found.jac = found.fun * size, found.jac * size
        if _flat(found):
            break
    return found


def _flat(found: OptimizeResult) -> bool:
    low, high = BOUNDS
    outward = ((found.x <= low) & (found.jac > 0)) | ((found.x >= high) & (found.jac < 0))
    return bool((np.abs(np.where(outward, 0.0, found.jac)) < FLAT).all())
