"""Pareto/NBD, the check on BG/NBD: here a customer may leave at any time, not only after an order.

Schmittlein, Morrison, Colombo (1987); likelihood as in Fader and Hardie (2005), "A Note on Deriving the Pareto/NBD
Model". Rates are gamma(r, alpha) over customers, leaving rates gamma(s, beta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, hyp2f1

from tools.lifetime.fitting import fit_positive
from tools.lifetime.histories import Histories

STARTS = ((0.5, 10.0, 0.5, 12.0),)


@dataclass(frozen=True)
class ParetoNbd:
    """Parameters; `alpha` and `beta` are in the time unit of the histories it was fitted on."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float

    @classmethod
    def fit(cls, histories: Histories) -> ParetoNbd:
        """Maximum likelihood. Raises NoData `no_fit`."""
        parameters, best = fit_positive(
            lambda *each: float(_log_likelihood(*each, histories)), STARTS, simplex=False
        )
        return cls(*parameters, log_likelihood=best)

    def expected(self, t: float, repeats: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Order days expected in the next `t` units, given a customer's history; `s` must not be 1."""
        x, r, alpha, s, beta = repeats, self.r, self.alpha, self.s, self.beta
        stayed = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
        gone = np.log(s) - np.log(r + s + x) + _log_a0(r, alpha, s, beta, x, recency, age)
        alive = np.exp(stayed - np.logaddexp(stayed, gone))
        rate = (r + x) * (beta + age) / ((alpha + age) * (s - 1))
        return rate * (1 - ((beta + age) / (beta + age + t)) ** (s - 1)) * alive


def _log_likelihood(r: float, alpha: float, s: float, beta: float, seen: Histories) -> float:
    x = seen.repeats
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stayed = -(r + x) * np.log(alpha + seen.age) - s * np.log(beta + seen.age)
    gone = np.log(s) - np.log(r + s + x) + _log_a0(r, alpha, s, beta, x, seen.recency, seen.age)
    return (seen.weights * (common + np.logaddexp(stayed, gone))).sum()


def _log_a0(
    r: float, alpha: float, s: float, beta: float, x: np.ndarray, recency: np.ndarray, age: np.ndarray
) -> np.ndarray:
    """Logarithm of the note's A0, written so that neither term overflows."""
    larger, smaller = max(alpha, beta), min(alpha, beta)
    second = s + 1 if alpha >= beta else r + x
    total = r + s + x

    def term(time: np.ndarray) -> np.ndarray:
        series = hyp2f1(total, second, total + 1, (larger - smaller) / (larger + time))
        return np.log(series) - total * np.log(larger + time)

    first, then = term(recency), term(age)
    with np.errstate(divide="ignore", invalid="ignore"):  # far outside; the fit turns back
        return first + np.log1p(-np.exp(np.minimum(then - first, 0.0)))
