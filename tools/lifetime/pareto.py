"""Pareto/NBD, the check on BG/NBD: here a customer may leave at any time, not only after an order.

Schmittlein, Morrison, Colombo (1987); likelihood as in Fader and Hardie (2005), "A Note on Deriving the Pareto/NBD
Model", before its integral over the time of leaving is written as a hypergeometric series: quadrature has the same
digits at a fiftieth of the cost. Rates are gamma(r, alpha) over customers, leaving rates gamma(s, beta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from tools.lifetime.fitting import fit_positive
from tools.lifetime.histories import Histories

STARTS = ((0.5, 10.0, 0.5, 12.0), (1.0, 10.0, 0.1, 50.0))
_NODES, _WEIGHTS = (each / 2 for each in np.polynomial.legendre.leggauss(24))
_NODES = _NODES + 0.5
_DECAY = 40.0
"""Logarithms that the integrand falls by before the rest of it is nothing."""


@dataclass(frozen=True)
class ParetoNbd:
    """Parameters; `alpha` and `beta` are in the time unit of the histories it was fitted on."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    converged: bool = True

    @classmethod
    def fit(cls, histories: Histories) -> ParetoNbd:
        """Maximum likelihood. Raises NoData `no_fit`."""
        best = fit_positive(lambda *each: likelihood(*each, histories), STARTS)
        return cls(*best.parameters, log_likelihood=best.log_likelihood, converged=best.converged)

    def p_alive(self, seen: Histories) -> np.ndarray:
        """Chance that a customer still buys at all."""
        x, r, alpha, s, beta = seen.repeats, self.r, self.alpha, self.s, self.beta
        stayed = -(r + x) * np.log(alpha + seen.age) - s * np.log(beta + seen.age)
        with np.errstate(divide="ignore"):  # who ordered on the last day had no time to leave
            gone = np.log(s) + _leaving(r, alpha, s, beta, seen).log
        return np.exp(stayed - np.logaddexp(stayed, gone))

    def expected(self, t: float, seen: Histories) -> np.ndarray:
        """Order days expected in the next `t` units, given a customer's history."""
        past = self.s - 1 if abs(self.s - 1) > 1e-9 else 1e-9  # the formula's limit at s = 1
        rate = (self.r + seen.repeats) * (self.beta + seen.age) / (self.alpha + seen.age)
        shrink = -np.expm1(past * np.log((self.beta + seen.age) / (self.beta + seen.age + t)))
        return rate * shrink / past * self.p_alive(seen)


@dataclass(frozen=True)
class _Leaving:
    """The integral over the time of leaving, and the means under it that its derivatives are."""

    log: np.ndarray
    by: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    """Derivatives of `log` by r, alpha, s and beta."""


def _leaving(r: float, alpha: float, s: float, beta: float, seen: Histories) -> _Leaving:
    """Integral of (alpha + y)^-(r+x) (beta + y)^-(s+1) over y from the last order day to the end."""
    orders, leave = (r + seen.repeats)[:, None], s + 1
    last, end = seen.recency[:, None], seen.age[:, None]
    smaller = min(alpha, beta) + last
    # In u, where y = last + smaller (e^u - 1), the integrand falls at least as fast as at the start.
    fall = smaller * (orders / (alpha + last) + leave / (beta + last)) - 1
    stop = np.minimum(np.log1p((end - last) / smaller), _DECAY / np.maximum(fall, 1e-9))
    u = stop * _NODES
    later = smaller * np.expm1(u)
    bought, stayed = np.log(alpha + last + later), np.log(beta + last + later)
    logs = u - orders * bought - leave * stayed
    top = logs[:, :1]
    part = np.exp(logs - top) * _WEIGHTS
    whole = part.sum(axis=1)
    part /= whole[:, None]
    return _Leaving(
        log=np.log(whole) + top[:, 0] + np.log(stop[:, 0] * smaller[:, 0]),
        by=(
            -(part * bought).sum(axis=1),
            -orders[:, 0] * (part / (alpha + last + later)).sum(axis=1),
            -(part * stayed).sum(axis=1),
            -leave * (part / (beta + last + later)).sum(axis=1),
        ),
    )


def likelihood(r: float, alpha: float, s: float, beta: float, seen: Histories) -> tuple[float, list[float]]:
    """Log-likelihood and its derivatives by r, alpha, s and beta."""
    x, w, age = seen.repeats, seen.weights, seen.age
    leaving = _leaving(r, alpha, s, beta, seen)
    stayed = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    left = np.log(s) + leaving.log
    either = np.logaddexp(stayed, left)
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    gone = np.exp(left - either)
    here = 1 - gone
    r_slope, alpha_slope, s_slope, beta_slope = leaving.by
    slope = (
        digamma(r + x) - digamma(r) + np.log(alpha) - here * np.log(alpha + age) + gone * r_slope,
        r / alpha - here * (r + x) / (alpha + age) + gone * alpha_slope,
        np.log(beta) - here * np.log(beta + age) + gone * (1 / s + s_slope),
        s / beta - here * s / (beta + age) + gone * beta_slope,
    )
    return float(w @ (common + either)), [float(w @ each) for each in slope]
