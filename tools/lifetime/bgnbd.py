"""BG/NBD: buying at a customer's own rate until leaving after some order.

Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
Marketing Science 24(2). Rates are gamma(r, alpha) over customers, leaving chances beta(a, b).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, hyp2f1

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

    @classmethod
    def fit(cls, histories: Histories) -> BgNbd:
        """Maximum likelihood. Raises NoData `no_fit`."""
        parameters, best = fit_positive(lambda *each: float(_log_likelihood(*each, histories)), STARTS)
        return cls(*parameters, log_likelihood=best)

    @property
    def dropout(self) -> float:
        """Mean chance of leaving after an order."""
        return self.a / (self.a + self.b)

    def p_alive(self, repeats: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Chance that a customer still buys at all (their equation 7; 1 before the first repeat order)."""
        exponent = (self.r + repeats) * np.log((self.alpha + age) / (self.alpha + recency))
        gone = self.a / (self.b + np.maximum(repeats, 1) - 1) * np.exp(exponent)
        return np.where(repeats > 0, 1 / (1 + gone), 1.0)

    def expected(self, t: float, repeats: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Order days expected in the next `t` units, given a customer's history (their equation 10)."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        series = hyp2f1(r + repeats, b + repeats, a + b + repeats - 1, t / (alpha + age + t))
        shrink = ((alpha + age) / (alpha + age + t)) ** (r + repeats)
        buying = (a + b + repeats - 1) / (a - 1) * (1 - shrink * series)
        return buying * self.p_alive(repeats, recency, age)

    def expected_new(self, t: float) -> float:
        """Order days expected of a new customer in the first `t` units (their equation 9)."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        series = hyp2f1(r, b, a + b - 1, t / (alpha + t))
        return float((a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * series))


def _log_likelihood(r: float, alpha: float, a: float, b: float, seen: Histories) -> float:
    x = seen.repeats
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + gammaln(a + b) + gammaln(b + x)
    common -= gammaln(b) + gammaln(a + b + x)
    stayed = -(r + x) * np.log(alpha + seen.age)
    # Nobody leaves before a first repeat order.
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + seen.recency)
    return (seen.weights * (common + np.where(x > 0, np.logaddexp(stayed, left), stayed))).sum()
