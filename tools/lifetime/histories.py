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


def histories(end: date, until: date) -> Table:
    """One row a customer who first ordered by `end`, orders of one day merged.

    Columns: customer_id, repeats (order days after the first, up to `end`), last_age (days from the first to the
    last order day), age (days from the first order day to `end`), repeat_revenue (paid on the repeat days), later
    (order days after `end` up to `until`).
    """
    days = sales().filter(_.order_date <= ibis.literal(until))
    days = days.group_by("customer_id", day=_.order_date).agg(revenue=_.amount.sum())
    days = days.mutate(first=_.day.min().over(ibis.window(group_by="customer_id")))
    seen = _.day <= ibis.literal(end)
    people = days.filter(_.first <= ibis.literal(end)).group_by("customer_id").agg(
        first=_.first.min(),
        last=_.day.max(where=seen),
        repeats=_.count(where=seen) - 1,
        repeat_revenue=_.revenue.sum(where=seen & (_.day > _.first)).fill_null(0).cast("float64"),
        later=_.count(where=~seen),
    )  # fmt: skip
    return people.select(
        "customer_id", "repeats", "repeat_revenue", "later",
        last_age=people.last.delta(people.first, unit="day"),
        age=ibis.literal(end).delta(people.first, unit="day"),
    )  # fmt: skip


@dataclass(frozen=True)
class Histories:
    """Arrays over customers, times in the model's unit."""

    repeats: np.ndarray
    recency: np.ndarray
    """From the first to the last order day (t_x in the literature)."""
    age: np.ndarray
    """From the first order day to the end of the calibration (T)."""
    weights: np.ndarray
    """How many customers share the row."""

    @classmethod
    def of(cls, frame: pd.DataFrame, unit: str = "weeks") -> Histories:
        """Distinct histories of the rows of `histories`: a fit costs by their number, not by the customers'."""
        keys = ["repeats", "last_age", "age"]
        groups = frame.groupby(keys, sort=True).size().reset_index(name="customers")
        days = DAYS[unit]
        return cls(
            repeats=groups["repeats"].to_numpy(float), recency=groups["last_age"].to_numpy(float) / days,
            age=groups["age"].to_numpy(float) / days, weights=groups["customers"].to_numpy(float),
        )  # fmt: skip

    def sample(self, most: int) -> Histories:
        """At most about `most` customers, drawn by a fixed seed and each counted for as many as it stands for."""
        customers = self.weights.sum()
        if len(self.weights) <= most:
            return self
        drawn = np.random.default_rng(SEED).multinomial(most, self.weights / customers)
        kept = drawn > 0
        weights = drawn[kept] * customers / most
        return Histories(self.repeats[kept], self.recency[kept], self.age[kept], weights)
