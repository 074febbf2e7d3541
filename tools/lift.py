"""Lift: what a campaign added, treated against holdout, with a 95 % interval.

Within a campaign the difference of two shares has Newcombe's hybrid score interval, built from the Wilson
limits of either arm (Newcombe 1998, "Interval estimation for the difference between independent proportions",
Statistics in Medicine 17:873-890, method 10); the difference of two means (orders, revenue) has Welch's
unequal-variance interval with the normal quantile. Several campaigns are averaged with the treated customers
as weights, never pooled (the arms' sizes differ from campaign to campaign, and pooling would compare unlike
people); their limits combine by square-and-add, the MOVER of Zou and Donner 2008 ("Construction of confidence
limits about effect measures", Statistics in Medicine 27:1693-1702), which with one campaign is Newcombe's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Arm:
    """Customers of one arm of one campaign, with the sum and the sum of squares of an outcome."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance_of_mean(self) -> float:
        """Sample variance (n - 1) over n; 0 for a single customer."""
        if self.n < 2:
            return 0.0
        return max(self.squares - self.total**2 / self.n, 0.0) / (self.n - 1) / self.n


@dataclass(frozen=True)
class Effect:
    """A difference, treated minus holdout, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Effect:
        """The effect in another unit; `factor` is not negative."""
        return Effect(self.value * factor, self.low * factor, self.high * factor)


def wilson(successes: float, n: int, z: float = Z) -> tuple[float, float]:
    """Wilson's score interval of a share: Wilson 1927, JASA 22:209-212."""
    p, z2 = successes / n, z * z
    middle, reach = p + z2 / (2 * n), z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max((middle - reach) / (1 + z2 / n), 0.0), min((middle + reach) / (1 + z2 / n), 1.0)


def share_effect(treated: Arm, holdout: Arm) -> Effect:
    """Newcombe's interval of the difference of two shares (an outcome of 0 and 1)."""
    (low_t, high_t), (low_h, high_h) = (wilson(arm.total, arm.n) for arm in (treated, holdout))
    value, p, q = treated.mean - holdout.mean, treated.mean, holdout.mean
    return Effect(
        value, value - sqrt((p - low_t) ** 2 + (high_h - q) ** 2), value + sqrt((high_t - p) ** 2 + (q - low_h) ** 2)
    )


def mean_effect(treated: Arm, holdout: Arm) -> Effect:
    """Welch's interval of the difference of two means."""
    value = treated.mean - holdout.mean
    reach = Z * sqrt(treated.variance_of_mean + holdout.variance_of_mean)
    return Effect(value, value - reach, value + reach)


def combined(effects: Sequence[Effect], weights: Sequence[float]) -> Effect:
    """The weighted average of independent effects, limits by square-and-add."""
    whole = fsum(weights)
    shares = [weight / whole for weight in weights]
    value = fsum(share * effect.value for share, effect in zip(shares, effects, strict=True))
    below, above = (
        sqrt(fsum((share * gap) ** 2 for share, gap in zip(shares, gaps, strict=True)))
        for gaps in ([e.value - e.low for e in effects], [e.high - e.value for e in effects])
    )
    return Effect(value, value - below, value + above)
