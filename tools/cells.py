"""Small tables that the usual questions add up, built once after a load from customers' facts and tiers.

Each holds what the question itself would count over customers or orders, by the same expressions. They are of one
day, the data's last, and of the tier rules then in force (table `cells`); whoever asks for another day, other rules
or a finer split counts customers or orders instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.rfm.rules import TIES, RfmRules
from tools.rfm.scores import history, passed, quantiles, shifted
from tools.tables import sales, table
from tools.tiers.history import tier_sizes
from tools.tiers.membership import members
from tools.tiers.moves import move_sizes, moves
from tools.tiers.rules import TierRules


def tier_cells(membership: Table) -> Table:
    """Size, money and rhythm of each tier on each day of a membership."""
    return _stored("tier_cells", tier_sizes(membership, "as_of", "rules_version", "tier"))


def tier_moves(from_day: date, to_day: date, rules: TierRules) -> Table:
    """How many moved from tier to tier between two days with snapshots, and what they paid meanwhile."""
    before, after = (members(day, rules, frozenset({day})) for day in (from_day, to_day))
    found = move_sizes(moves(before, after, from_day, to_day))
    keys = {"from_day": from_day, "to_day": to_day, "rules_version": rules.version}
    return _stored("tier_moves", found.mutate(**{name: ibis.literal(value) for name, value in keys.items()}))


def month_cells(day: date, rules: TierRules) -> Table:
    """What was paid in each month, by month of the customer's first order and tier on the day, which has a snapshot."""
    cohorts = table("customer_facts").select("customer_id", cohort="first_month")
    tiers = members(day, rules, frozenset({day})).select("customer_id", "tier")
    rows = table("customer_months").join(cohorts.join(tiers, "customer_id"), "customer_id")
    found = rows.group_by("month", "cohort", "tier").agg(
        customers=_.count(), orders=_.orders.sum(), revenue=_.revenue.sum()
    )
    return _stored("month_cells", found).order_by("month", "cohort", "tier")


def sales_days(since: date | None = None) -> Table:
    """What was paid on each day from `since` on, by the order's channel and place."""
    paid = sales().rename(day="order_date")
    paid = paid.filter(_.day >= ibis.literal(since)) if since else paid
    found = paid.group_by("day", "channel", "city", "region").agg(orders=_.count(), revenue=_.amount.sum())
    return _stored("sales_days", found).order_by("day")


def rfm_points(day: date) -> Table:
    """One row: the quintiles of each score's values on the day, the data's last."""
    return quantiles(history(day, day), RfmRules(ties="upper"))


def rfm_cells(day: date, monetary: Sequence[float]) -> Table:
    """Customers and spend by days since the last order, number of orders, and bin of spend under each way with ties.

    `monetary` are the quintiles of spend on the day, the data's last.
    """
    people = history(day, day)
    spend = people.spend.cast("float64")
    people = people.mutate(**{ties: passed(spend, shifted(monetary, ties), ties) for ties in TIES})
    found = people.group_by("recency_days", "orders", *TIES).agg(customers=_.count(), spend=_.spend.sum())
    return _stored("rfm_cells", found).order_by("recency_days", "orders")


def _stored(name: str, rows: Table) -> Table:
    """The columns of a stored table, in its types."""
    wanted = table(name).schema()
    return rows.select(*wanted).cast(dict(wanted.items()))
