"""RFM on the last day of the data from `rfm_cells`: the same scores and sums as customer by customer."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.compiled import EXPRESSIONS
from tools.rfm.rules import RfmRules
from tools.rfm.scores import Points, with_scores
from tools.tables import table


def overview(scoring: RfmRules, points: Points) -> tuple[Table, Table]:
    """`grid` and `sizes` of everybody, at these cut points."""
    key = scoring.version, tuple((score, tuple(cuts)) for score, cuts in points.items())
    cells = EXPRESSIONS.get(("rfm", *key), lambda: scored_cells(scoring, points))
    return EXPRESSIONS.get(("grid", *key), lambda: grid(cells)), EXPRESSIONS.get(("sizes", *key), lambda: sizes(cells))


def scored_cells(scoring: RfmRules, points: Points) -> Table:
    """Columns: recency_days, orders, customers, spend (of all of them), the three scores and rfm_segment."""
    cells = table("rfm_cells")
    found = cells.select("recency_days", "orders", "customers", "spend", monetary_score=cells[scoring.ties])
    return with_scores(found, scoring, points)


def grid(cells: Table) -> Table:
    """Customers, revenue and mean monetary score of each recency and frequency score."""
    found = cells.group_by("recency_score", "frequency_score").agg(
        customers=_.customers.sum().cast("int64"), revenue=_.spend.sum(),
        monetary=(_.monetary_score * _.customers).sum().cast("float64") / _.customers.sum(),
    )  # fmt: skip
    return found.order_by(_.recency_score.desc(), _.frequency_score.desc())


def sizes(cells: Table) -> Table:
    """Customers, revenue, orders and median recency of each segment."""
    sums = cells.group_by("rfm_segment", "recency_days").agg(
        customers=_.customers.sum().cast("int64"), spend=_.spend.sum(), orders=(_.orders * _.customers).sum()
    )
    upward = ibis.window(group_by="rfm_segment", order_by="recency_days", preceding=None, following=0)
    sums = sums.mutate(
        reached=_.customers.sum().over(upward) * 2, everybody=_.customers.sum().over(group_by="rfm_segment")
    )
    # The two in the middle, who are one where the number is odd.
    low, high = sums.reached >= sums.everybody, sums.reached > sums.everybody
    return sums.group_by("rfm_segment").agg(
        customers=_.customers.sum().cast("int64"), revenue=_.spend.sum(), total_orders=_.orders.sum().cast("int64"),
        recency=(_.recency_days.min(where=low) + _.recency_days.min(where=high)).cast("float64") / 2,
    )  # fmt: skip
