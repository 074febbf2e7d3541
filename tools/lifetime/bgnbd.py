"""BG/NBD: buying at a customer's own rate until leaving after some order.

Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
Marketing Science 24(2). Rates are gamma(r, alpha) over customers, leaving chances beta(a, b).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, hyp2f1

from tools.lifetime.fitting import fit_positive
from tools.lifetime.histories import Histories

STARTS = ((1.0, 10.0, 1.0, 3.0), (0.3, 5.0, 0.8, 2.5))


@dataclass(frozen=True)
class BgNbd:
    """Parameters; `alpha` is in the time unit of the histories it was fitted on."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    converged: bool = True

    @classmethod
    def fit(cls, histories: Histories) -> BgNbd:
        """Maximum likelihood. Raises NoData `no_fit`."""
        best = fit_positive(lambda *each: likelihood(*each, histories), STARTS)
        return cls(*best.parameters, log_likelihood=best.log_likelihood, converged=best.converged)

    @property
    def dropout(self) -> float:
        """Mean chance of leaving after an order."""
        return self.a / (self.a + self.b)

    def p_alive(self, seen: Histories) -> np.ndarray:
        """Chance that a customer still buys at all (their equation 7; 1 before the first repeat order)."""
        exponent = (self.r + seen.repeats) * np.log((self.alpha + seen.age) / (self.alpha + seen.recency))
        gone = self.a / (self.b + np.maximum(seen.repeats, 1) - 1) * np.exp(exponent)
        return np.where(seen.repeats > 0, 1 / (1 + gone), 1.0)

    def expected(self, t: float, seen: Histories) -> np.ndarray:
        """Order days expected in the next `t` units, given a customer's history (their equation 10)."""
        # The series, which costs most, depends on repeats and age alone, and many customers share them.
        pairs = seen.repeats * (seen.age.max(initial=0.0) + 1) + seen.age
        _pairs, first, place = np.unique(pairs, return_index=True, return_inverse=True)
        return self._buying(t, seen.repeats[first], seen.age[first])[place] * self.p_alive(seen)

    def expected_new(self, t: float) -> float:
        """Order days expected of a new customer in the first `t` units (their equation 9)."""
        return float(self._buying(t, 0.0, 0.0))

    def _buying(self, t: float, repeats: np.ndarray | float, age: np.ndarray | float) -> np.ndarray:
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        if abs(a - 1) < 1e-9:
            a += 1e-9  # the formula's limit: both its factors vanish there
        series = hyp2f1(r + repeats, b + repeats, a + b + repeats - 1, t / (alpha + age + t))
        shrink = ((alpha + age) / (alpha + age + t)) ** (r + repeats)
        return (a + b + repeats - 1) / (a - 1) * (1 - shrink * series)


def likelihood(r: float, alpha: float, a: float, b: float, seen: Histories) -> tuple[float, list[float]]:
    """Log-likelihood (their equation 6) and its derivatives by r, alpha, a and b."""
    x, w = seen.repeats, seen.weights
    since_first, since_last = np.log(alpha + seen.age), np.log(alpha + seen.recency)
    stayed = -(r + x) * since_first
    # Nobody leaves before a first repeat order.
    chances = b + np.maximum(x, 1) - 1
    left = np.where(x > 0, np.log(a) - np.log(chances) - (r + x) * since_last, -np.inf)
    either = np.logaddexp(stayed, left)
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + gammaln(a + b) + gammaln(b + x)
    common -= gammaln(b) + gammaln(a + b + x)
    gone = np.exp(left - either)
    here = 1 - gone
    both = digamma(a + b) - digamma(a + b + x)
    slope = (
        digamma(r + x) - digamma(r) + np.log(alpha) - here * since_first - gone * since_last,
        r / alpha - (r + x) * (here / (alpha + seen.age) + gone / (alpha + seen.recency)),
        both + gone / a,
        both + digamma(b + x) - digamma(b) - gone / chances,
    )
    return float(w @ (common + either)), [float(w @ each) for each in slope]
