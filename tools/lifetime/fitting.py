"""Maximum likelihood over positive parameters, from several starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from tools.errors import NoData

BOUNDS = (-8.0, 12.0)
"""Of the parameters' logarithms: beyond them a likelihood is flat and the data tells nothing."""


def fit_positive(log_likelihood: Callable[..., float], starts: Sequence[Sequence[float]]) -> tuple[list[float], float]:
    """Parameters that maximise `log_likelihood(*parameters)`, and its value there.

    Raises NoData `no_fit` when no start leads to a maximum inside the bounds.
    """

    def loss(logs: np.ndarray) -> float:
        value = log_likelihood(*np.exp(logs))
        return -value if np.isfinite(value) else 1e300

    found = [_climb(loss, np.log(start)) for start in starts]
    best = min((each for each in found if each is not None), key=lambda each: each.fun, default=None)
    if best is None:
        raise NoData("no_fit")
    return [float(value) for value in np.exp(best.x)], -float(best.fun)


def _climb(loss: Callable[[np.ndarray], float], start: np.ndarray):  # noqa: ANN202
    # The simplex walks flat valleys that a gradient stops in; the gradient then ends it exactly.
    rough = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-5, "fatol": 1e-7})
    fine = minimize(loss, rough.x, method="L-BFGS-B", bounds=[BOUNDS] * len(start))
    best = fine if fine.fun <= rough.fun else rough
    inside = np.all((best.x > BOUNDS[0] + 1e-6) & (best.x < BOUNDS[1] - 1e-6))
    return best if inside and best.fun < 1e299 else None
