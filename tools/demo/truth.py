"""What was planted in the demo, written beside it so that tests can check that tools find it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tools.results import Frozen, Tier


class CampaignTruth(Frozen):
    """One campaign: `lift` is the planted change in the chance of an order within `window_days` of the send.

    The conversions are counted in the exported orders, so they carry chance; the lift does not.
    """

    campaign_id: str
    name: str
    tier: Tier
    channel: str
    start: date
    window_days: int
    lift: float
    treated: int
    holdout: int
    treated_converted: int
    holdout_converted: int
    orders_added: int
    """Orders that exist only because of the campaign (negative: orders that it cost)."""


class ShockTruth(Frozen):
    """From `start` on, `customers` of this tier, category and channel left faster.

    The group: in `tier` at the end of the day before `start`, registered on `channel`, and a line of
    `category` among their orders so far.
    """

    tier: Tier
    category: str
    channel: str
    start: date
    hazard_ratio: float
    daily_hazard: float
    """Leaving per day of the tier's other customers, from the process."""
    customers: int
    left: int
    """Of them, how many the shock took away by the last day."""
    orders_lost: int


class DirtyRow(Frozen):
    """A planted odd cell of orders.csv. `fate` is "kept" or the reason for which it must be set aside."""

    order_id: str
    column: str
    text: str
    fate: Literal[
        "kept", "no_customer", "bad_date", "bad_amount", "future_date", "non_positive_amount", "duplicate"
    ]


class Link(Frozen):
    """Two accounts of one person, and what they share."""

    one: str
    other: str
    shared: str


class TierTruth(Frozen):
    """A tier on the last day, by the generator's own count."""

    customers: int
    share: float


class Truth(Frozen):
    """Planted facts and the totals of the rows that a correct load keeps. Money in yuan."""

    brand: str
    brand_en: str
    seed: int
    start: date
    as_of: date
    customers: int
    """Accounts in customers.csv."""
    buyers: int
    """Of them with an order."""
    orders: int
    """Sales kept."""
    refunds: int
    sale_revenue: float
    refund_amount: float
    """Positive: paid back."""
    rows: dict[str, int]
    """File name -> data rows in it, dirty ones included."""
    set_aside: dict[str, int]
    """Reason -> rows of orders.csv."""
    dirty_rows: list[DirtyRow]
    dormancy_days: int
    tiers: dict[Tier, TierTruth]
    campaigns: list[CampaignTruth]
    shock: ShockTruth
    links: list[Link]
    process: dict[str, float]
    """Parameters of the purchase process, see tools/demo/brand.py."""
