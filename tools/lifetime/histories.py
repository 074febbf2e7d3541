"""What a purchase model sees of each customer: how often, how recently and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from tools.tables import sales

SEED = 20050601
DAYS = {"days": 1.0, "weeks": 7.0}
"""Days in one time unit of a model."""
KEYS = ["repeats", "last_age", "age"]


def histories(end: date, until: date) -> Table:
    """One row a customer who first ordered by `end`, orders of one day merged.

    Columns: customer_id, repeats (order days after the first, up to `end`), last_age (days from the first to the
    last order day), age (days from the first order day to `end`), repeat_revenue (paid on the repeat days), later
    (order days after `end` up to `until`).
    """
    days = sales().filter(_.order_date <= ibis.literal(until))
    days = days.group_by("customer_id", day=_.order_date).agg(revenue=_.amount.sum())
    seen = _.day <= ibis.literal(end)
    people = days.group_by("customer_id").agg(
        first=_.day.min(),
        last=_.day.max(where=seen),
        repeats=_.count(where=seen) - 1,
        revenue=_.revenue.sum(where=seen),
        first_revenue=_.revenue.argmin(_.day),
        later=_.count(where=~seen),
    )  # fmt: skip
    people = people.filter(people.repeats >= 0)
    return people.select(
        "customer_id", "repeats", "later",
        repeat_revenue=(people.revenue - people.first_revenue).cast("float64"),
        last_age=people["last"].delta(people["first"], unit="day"),
        age=ibis.literal(end).delta(people["first"], unit="day"),
    )  # fmt: skip


def grouped(people: Table, *by: str) -> Table:
    """Customers with the same history, and the same `by`, as one row: what every figure of the models rests on.

    Columns: `by`, repeats, last_age, age, customers, repeat_revenue and later (sums over them).
    """
    return people.group_by(*by, *KEYS).agg(
        customers=_.count(), repeat_revenue=_.repeat_revenue.sum(), later=_.later.sum()
    )  # fmt: skip


@dataclass(frozen=True)
class Histories:
    """Arrays over distinct histories, times in the model's unit."""

    repeats: np.ndarray
    recency: np.ndarray
    """From the first to the last order day (t_x in the literature)."""
    age: np.ndarray
    """From the first order day to the end of the calibration (T)."""
    weights: np.ndarray
    """How many customers share the row."""

    @classmethod
    def of(cls, frame: pd.DataFrame, unit: str = "weeks") -> Histories:
        """The rows of `grouped`, in their order."""
        days = DAYS[unit]
        return cls(
            repeats=frame["repeats"].to_numpy(float), recency=frame["last_age"].to_numpy(float) / days,
            age=frame["age"].to_numpy(float) / days, weights=frame["customers"].to_numpy(float),
        )  # fmt: skip

    def sample(self, most: int) -> Histories:
        """About `most` customers, drawn by a fixed seed and each counted for as many as it stands for."""
        if len(self.weights) <= most:
            return self
        customers = self.weights.sum()
        drawn = np.random.default_rng(SEED).multinomial(most, self.weights / customers)
        kept = drawn > 0
        weights = drawn[kept] * customers / most
        return Histories(self.repeats[kept], self.recency[kept], self.age[kept], weights)
