"""The Kaplan-Meier estimator: how many have done something by when, although not all were watched for as long.

E. L. Kaplan, P. Meier (1958), "Nonparametric Estimation from Incomplete Observations",
Journal of the American Statistical Association 53, 457-481. With d_i customers ordering again
t_i days after their order and n_i customers still watched and waiting just before that day,
the share that has ordered again by day t is 1 - prod over t_i <= t of (1 - d_i / n_i).
Somebody watched for exactly t_i days still counts in n_i.

The interval is M. Greenwood's (1926) variance on the log(-log) scale, which keeps it within 0 and 1
(J. D. Kalbfleisch, R. L. Prentice, "The Statistical Analysis of Failure Time Data").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

Z = 1.959964
"""Standard normal quantile of 97.5 %."""


@dataclass(frozen=True)
class Waits:
    """Days customers waited, sorted and unique; `again` ended theirs with an order, `left` still wait."""

    days: np.ndarray
    again: np.ndarray
    left: np.ndarray

    @classmethod
    def counted(cls, days: Iterable[int], again: Iterable[int], left: Iterable[int]) -> Waits:
        """From counts a day, in any order and with repeats."""
        given = np.array(list(days), dtype=np.int64)
        unique, place = np.unique(given, return_inverse=True)
        return cls(unique, *(np.bincount(place, weights=np.array(list(counts)), minlength=len(unique)).astype(np.int64)
                             for counts in (again, left)))  # fmt: skip

    @classmethod
    def together(cls, parts: Iterable[Waits]) -> Waits:
        """Waits of several groups as one."""
        every = list(parts)
        return cls.counted(*(np.concatenate([getattr(part, name) for part in every] or [np.array([], dtype=np.int64)])
                             for name in ("days", "again", "left")))  # fmt: skip

    @property
    def n(self) -> int:
        return int(self.again.sum() + self.left.sum())

    @property
    def longest(self) -> int:
        """Days of the longest wait; the curve says nothing beyond."""
        return int(self.days[-1]) if len(self.days) else -1

    @property
    def median_gap(self) -> float | None:
        """Median days of the waits that ended."""
        return float(np.median(np.repeat(self.days, self.again))) if self.again.any() else None

    @property
    def _at_risk(self) -> np.ndarray:
        ended = self.again + self.left
        return ended[::-1].cumsum()[::-1]

    @property
    def shares(self) -> np.ndarray:
        """Kaplan-Meier share that has ordered again by each of `days`."""
        return 1 - np.cumprod(1 - self.again / self._at_risk)

    @property
    def half_after(self) -> int | None:
        """First day by which half have ordered again."""
        # A half that sums to just below 0.5 in floating point is a half.
        past = np.flatnonzero(self.shares >= 0.5 - 1e-12)
        return int(self.days[past[0]]) if len(past) else None

    def share_by(self, day: int) -> float | None:
        """Kaplan-Meier share by `day`; None beyond the longest wait."""
        if day > self.longest:
            return None
        place = np.searchsorted(self.days, day, side="right")
        return float(self.shares[place - 1]) if place else 0.0

    def interval(self, day: int) -> tuple[float, float] | None:
        """95 % confidence interval of `share_by`; None where nobody or everybody ordered again, or beyond the curve."""
        share = self.share_by(day)
        if share is None or share <= 0 or share >= 1:
            return None
        seen = self.days <= day
        again, at_risk = self.again[seen], self._at_risk[seen]
        error = np.sqrt((again / (at_risk * (at_risk - again))).sum()) / abs(np.log(1 - share))
        return tuple(float(1 - (1 - share) ** np.exp(way * Z * error)) for way in (-1, 1))

    def at_risk(self, day: int) -> int:
        """Customers who waited for `day` days or more."""
        return int((self.again + self.left)[self.days >= day].sum())
