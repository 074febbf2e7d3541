"""Gamma-Gamma: what a customer's order days are worth on average, shrunk towards everybody's.

Fader, Hardie (2013), "The Gamma-Gamma Model of Monetary Value". It holds where spend does not depend on frequency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from tools.errors import NoData
from tools.lifetime.fitting import fit_positive

STARTS = ((2.0, 3.0, 20.0), (6.0, 4.0, 15.0), (1.0, 2.0, 200.0))


@dataclass(frozen=True)
class GammaGamma:
    """Parameters; `v` is in the currency of the data."""

    p: float
    q: float
    v: float
    log_likelihood: float
    converged: bool = True

    @classmethod
    def fit(cls, repeats: np.ndarray, mean_spend: np.ndarray) -> GammaGamma:
        """Maximum likelihood over customers with a repeat order; the first order is left out of both arrays.

        Raises NoData `no_fit`, also for spend so uneven that it has no mean (q up to 1): what a customer without a
        repeat order is expected to spend would be negative.
        """
        best = fit_positive(lambda *each: likelihood(*each, repeats, mean_spend), STARTS)
        found = cls(*best.parameters, log_likelihood=best.log_likelihood, converged=best.converged)
        if found.q <= 1:
            raise NoData("no_fit")
        return found

    def expected_spend(self, repeats: np.ndarray, mean_spend: np.ndarray) -> np.ndarray:
        """Expected spend an order day (their equation 5); a customer without a repeat has everybody's mean."""
        return self.p * (self.v + repeats * mean_spend) / (self.p * repeats + self.q - 1)


def likelihood(p: float, q: float, v: float, x: np.ndarray, mean: np.ndarray) -> tuple[float, list[float]]:
    """Log-likelihood (their equation 1a) and its derivatives by p, q and v."""
    px, spent, both = p * x, np.log(x * mean), np.log(x * mean + v)
    value = (
        gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v) + px * spent - np.log(mean) - (px + q) * both
    ).sum()
    slope = (
        x * (digamma(px + q) - digamma(px) + spent - both),
        digamma(px + q) - digamma(q) + np.log(v) - both,
        q / v - (px + q) / (x * mean + v),
    )
    return float(value), [float(each.sum()) for each in slope]
