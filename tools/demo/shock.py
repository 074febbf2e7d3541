"""The planted churn shock: one group starts to leave faster than the rest of its tier."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.campaigns import Ledger
from tools.demo.draw import stream
from tools.demo.tiers import tiers
from tools.demo.truth import ShockTruth


def apply_shock(seed: int, plan: brand.ShockPlan, ledger: Ledger, as_of: date) -> ShockTruth:
    """Draw a leaving day for everyone in the group and take the orders after it out of the ledger."""
    rng = stream(seed, "shock")
    start = as_of - timedelta(days=plan.days_before)
    tier = tiers(ledger.orders, np.datetime64(start - timedelta(days=1)), ledger.horizon)
    peers = tier.index[tier == plan.tier]
    group = _group(plan, ledger, peers, start)
    natural = _daily_hazard(ledger.people.loc[peers])
    # The process already lets people leave at the natural rate; the shock adds the rest.
    waits = rng.exponential(1 / (natural * (plan.hazard_ratio - 1)), len(group))
    leaves = pd.Series(np.datetime64(start, "s") + (waits * 86_400).astype("int64"), index=group)
    end = np.datetime64(as_of + timedelta(days=1), "s")
    lost = ledger.orders.index[ledger.orders["at"].to_numpy() >= leaves.reindex(ledger.orders["person"]).to_numpy()]
    ledger.remove(lost)
    return ShockTruth(
        tier=plan.tier, category=plan.category, channel=plan.channel, start=start, hazard_ratio=plan.hazard_ratio,
        daily_hazard=round(natural, 6), customers=len(group), left=int((leaves < end).sum()), orders_lost=len(lost),
    )


def _group(plan: brand.ShockPlan, ledger: Ledger, peers: pd.Index, start: date) -> pd.Index:
    """The tier's customers of the channel who have bought the category before `start`."""
    past = ledger.orders[ledger.orders["at"] < np.datetime64(start, "s")]
    category = ledger.products["category"].to_numpy()[ledger.items["product"]]
    orders = ledger.items.loc[category == plan.category, "order"]
    buyers = past.loc[past.index.isin(orders), "person"].unique()
    channel = list(brand.CHANNELS).index(plan.channel)
    return peers[peers.isin(buyers) & (ledger.people.loc[peers, "channel"] == channel)]


def _daily_hazard(people: pd.DataFrame) -> float:
    """Mean chance a day that the process makes these people leave: orders a day times leaving after one."""
    return float((people["rate"] * people["leave"]).mean())
