"""Every customer's RFM scores on a day, and the named segment that the scores make.

Cut points are type-7 quantiles (linear interpolation, as in R and numpy) at 20, 40, 60 and 80 %, or given;
`RfmRules.ties` says where a customer on one belongs. Recency is binned on days since the last order, then reversed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, IntegerValue, NumericValue, StringValue, Table

from tools.lifecycle import with_stage
from tools.rfm.rules import OTHERS, RfmRules, Segment, Ties, builtin
from tools.tables import sales, table
from tools.tiers.rules import TierRules

QUANTILES = (0.2, 0.4, 0.6, 0.8)
VALUES = {"recency_score": "recency_days", "frequency_score": "orders", "monetary_score": "spend"}
"""Score -> the column it is cut on."""

Points = Mapping[str, Sequence[float]]
"""Score -> its four cut points."""


def history(as_of: date, last_day: date | None = None) -> Table:
    """One row a customer with an order up to `as_of`; `last_day` of the data, where known, saves counting.

    Columns: customer_id, first_day, last_day, orders, spend (all history), recency_days, age_days.
    """
    if last_day is not None and as_of >= last_day:
        people = table("customer_facts").select("customer_id", "first_day", "last_day", "orders", spend="revenue")
    else:
        past = sales().filter(_.order_date <= ibis.literal(as_of))
        people = past.group_by("customer_id").agg(
            first_day=_.order_date.min(), last_day=_.order_date.max(), orders=_.count(), spend=_.amount.sum()
        )
    day = ibis.literal(as_of)
    return people.mutate(
        recency_days=day.delta(people.last_day, unit="day"), age_days=day.delta(people.first_day, unit="day")
    )


def profile(
    as_of: date,
    rules: TierRules,
    scoring: RfmRules | None = None,
    *,
    last_day: date | None = None,
    points: Points | None = None,
) -> Table:
    """One row a customer with an order up to `as_of`; `points` are the cut points, where worked out already.

    Columns: customer_id, orders and spend (all history), recency_days, lifecycle, the three scores ("1" to "5")
    and rfm_segment.
    """
    scored = measured(as_of, rules, scoring or builtin(), last_day=last_day, points=points)
    texts = {score: scored[score].cast("string") for score in VALUES}
    return scored.select("customer_id", "orders", "spend", "recency_days", "lifecycle", "rfm_segment", **texts)


def measured(
    as_of: date, rules: TierRules, scoring: RfmRules, *, last_day: date | None = None, points: Points | None = None
) -> Table:
    """`profile` with whole-number scores, and what they and the stage were told from: values and thresholds."""
    return with_scores(with_stage(history(as_of, last_day), rules), scoring, points)


def with_scores(people: Table, scoring: RfmRules, points: Points | None = None) -> Table:
    """Add cut points, scores and segment to rows with recency_days, orders and spend, or a monetary_score already."""
    cut = _with_cut_points(people, scoring, points)
    bins = {score: _bin(cut, score, scoring) for score in VALUES if score not in people.columns}
    scored = cut.mutate(**bins | {"recency_score": 6 - bins["recency_score"]})
    return scored.mutate(rfm_segment=_segment(scored, scoring))


def _with_cut_points(customers: Table, scoring: RfmRules, points: Points | None) -> Table:
    """Customers with the four cut points of each score, named by `cut_name`, in every row."""
    known = points or given_points(scoring)
    if not known:
        return customers.cross_join(quantiles(customers, scoring))
    literals = {
        cut_name(score, quantile): ibis.literal(float(point))
        for score in VALUES
        for quantile, point in zip(QUANTILES, known[score], strict=True)
    }
    return customers.mutate(**literals)


def given_points(scoring: RfmRules) -> Points:
    """The cut points that the rules give; empty where quantiles are taken."""
    return {score: scoring.cut_points.of(score) for score in VALUES} if scoring.cut_points else {}


def quantiles(customers: Table, scoring: RfmRules) -> Table:
    """One row: the cut points of each score, named by `cut_name`."""
    # One list a column: DuckDB sorts its values once.
    lists = customers.agg(**{
        score: customers[column].cast("float64").quantile(list(QUANTILES)) for score, column in VALUES.items()
    })
    return lists.select(**{
        cut_name(score, q): point
        for score in VALUES
        for q, point in zip(QUANTILES, shifted([lists[score][place] for place in range(4)], scoring.ties), strict=True)
    })


def shifted(quintiles: Sequence[Any], ties: Ties) -> list[Any]:
    """The cut points that quintiles give, as numbers or expressions."""
    return [point + (1.0 if ties == "r_rfm" else 0.0) for point in quintiles]


def cut_name(score: str, quantile: float) -> str:
    return f"{score}_{quantile * 100:.0f}"


def _bin(everyone: Table, score: str, scoring: RfmRules) -> IntegerValue:
    value = everyone[VALUES[score]].cast("float64")
    return passed(value, [everyone[cut_name(score, q)] for q in QUANTILES], scoring.binning)


def passed(value: NumericValue, points: Sequence[Any], binning: str) -> IntegerValue:
    """1 and one more for each of the cut points that a value is beyond."""
    above = value.__gt__ if binning == "lower" else value.__ge__
    return reduce(lambda left, right: left + right, [above(point).cast("int8") for point in points], 1)


def _segment(scored: Table, scoring: RfmRules) -> StringValue:
    named = [(_inside(scored, segment), name) for name, segment in scoring.segments.items()]
    return ibis.cases(*named, else_=OTHERS)


def _inside(scored: Table, segment: Segment) -> BooleanValue:
    tests = [scored[score].between(*getattr(segment, score.removesuffix("_score"))) for score in VALUES]
    tests += [scored.orders.between(*segment.orders)] if segment.orders else []
    return reduce(lambda left, right: left & right, tests)
