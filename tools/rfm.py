"""RFM: recency, frequency and money of every customer, each scored 1 (worst) to 5 in quintiles.

Cut points are type-7 quantiles (linear interpolation, as in R and numpy) at 20, 40, 60 and 80 %; a customer
on a cut point belongs to the upper bin. Recency is binned on days since the last order, then reversed.
"""

from __future__ import annotations

from datetime import date
from functools import reduce

from ibis import _
from ibis.expr.types import IntegerValue, Table

from tools.lifecycle import stage
from tools.tiers import TierRules, behaviour

QUANTILES = (0.2, 0.4, 0.6, 0.8)
SCORES = {"recency_score": "recency_days", "frequency_score": "orders", "monetary_score": "spend"}


def profile(as_of: date, rules: TierRules) -> Table:
    """One row a customer with an order up to `as_of`.

    Columns: customer_id, orders and spend (all history), recency_days, lifecycle, and the three scores ("1" to "5").
    """
    customers = behaviour(as_of, rules)
    everyone = customers.mutate(lifecycle=stage(customers, rules)).cross_join(cut_points(customers))
    scores = {score: _bin(everyone, score) for score in SCORES}
    scores["recency_score"] = 6 - scores["recency_score"]
    texts = {score: value.cast("string") for score, value in scores.items()}
    return everyone.select("customer_id", "orders", "spend", "recency_days", "lifecycle", **texts)


def cut_points(customers: Table) -> Table:
    """One row: the four quantiles of each score, named by `cut_name`."""
    return customers.agg(
        **{cut_name(score, q): _[SCORES[score]].cast("float64").quantile(q) for score in SCORES for q in QUANTILES}
    )


def cut_name(score: str, quantile: float) -> str:
    return f"{score}_{quantile * 100:.0f}"


def _bin(everyone: Table, score: str) -> IntegerValue:
    value = everyone[SCORES[score]].cast("float64")
    passed = [(value >= everyone[cut_name(score, q)]).cast("int8") for q in QUANTILES]
    return reduce(lambda left, right: left + right, passed, 1)
