"""Maximum likelihood over positive parameters, from several starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from tools.errors import NoData

BOUNDS = (-8.0, 12.0)
"""Of the parameters' logarithms. A likelihood flat beyond them (nobody ever leaves) ends on the bound, where
what it expects has long settled; the calibration decides whether that is trusted."""


def fit_positive(
    log_likelihood: Callable[..., float], starts: Sequence[Sequence[float]], *, simplex: bool = True
) -> tuple[list[float], float]:
    """Parameters that maximise `log_likelihood(*parameters)`, and its value there.

    `simplex` walks flat valleys before the gradient climbs: surer, at five times the cost.

    Raises NoData `no_fit` when the likelihood is no number at any start.
    """

    def loss(logs: np.ndarray) -> float:
        with np.errstate(all="ignore"):  # far outside the likelihood is no number
            value = log_likelihood(*np.exp(logs))
        return -value if np.isfinite(value) else 1e300

    found = [_climb(loss, np.log(start), simplex) for start in starts]
    best = min((each for each in found if each is not None), key=lambda each: each.fun, default=None)
    if best is None:
        raise NoData("no_fit")
    return [float(value) for value in np.exp(best.x)], -float(best.fun)


def _climb(loss: Callable[[np.ndarray], float], start: np.ndarray, simplex: bool):  # noqa: ANN202
    if simplex:
        start = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-5, "fatol": 1e-7}).x
    # Near one in size, or the first step of the line search leaves every sensible parameter behind.
    size = abs(loss(start)) or 1.0
    limits = {"maxiter": 200, "ftol": 1e-13, "gtol": 1e-9}
    best = minimize(lambda logs: loss(logs) / size, start, method="L-BFGS-B", bounds=[BOUNDS] * len(start),
                    options=limits)  # fmt: skip
    best.fun *= size
    return best if best.fun < 1e299 else None
