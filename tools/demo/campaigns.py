"""Past campaigns: who was sent what, who was held out, and the orders each one made or cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.customers import agrees
from tools.demo.draw import stream
from tools.demo.orders import fill_baskets, place
from tools.demo.tiers import tiers
from tools.demo.truth import CampaignTruth

OFFER_DISCOUNT = 0.08


@dataclass
class Ledger:
    """Orders and their lines as they grow and shrink while history is told in the order of time."""

    people: pd.DataFrame
    products: pd.DataFrame
    orders: pd.DataFrame
    items: pd.DataFrame
    horizon: int
    """Dormancy days of the process alone: one horizon for all of history, as the product looks back on it."""
    touches: list[pd.DataFrame] = field(default_factory=list)

    def opted_out(self, channel: str) -> np.ndarray:
        """Persons who have unsubscribed from the message channel so far."""
        gone = [touch.loc[(touch["channel"] == channel) & touch["unsubscribed"], "person"] for touch in self.touches]
        return np.concatenate(gone) if gone else np.array([], dtype="int64")

    def remove(self, gone: pd.Index) -> None:
        self.orders = self.orders.drop(gone)

    def add(self, rng: np.random.Generator, orders: pd.DataFrame, discount: float) -> None:
        orders.index = orders.index + int(self.items["order"].max()) + 1
        filled, items = fill_baskets(rng, self.people, self.products, orders, np.full(len(orders), discount))
        self.orders = pd.concat([self.orders, filled])
        self.items = pd.concat([self.items, items], ignore_index=True)


def run_campaign(seed: int, number: int, plan: brand.CampaignPlan, ledger: Ledger, as_of: date) -> CampaignTruth:
    """Send one campaign to its tier, apply its true effect to the ledger, and say what was done."""
    rng = stream(seed, f"mailing {number}")
    start = as_of - timedelta(days=plan.days_before)
    touches = _send(rng, number, plan, ledger, start)
    treated = touches.loc[touches["arm"] == "treated"]
    before = converted(touches, ledger.orders)
    base = before.mean() if len(before) else 0.0
    change = _attract if plan.lift >= 0 else _repel
    moved = change(rng, ledger, treated, before.loc[treated.index], abs(plan.lift), base)
    after = converted(touches, ledger.orders)
    ledger.touches.append(_respond(rng, plan.channel, touches, after))
    arms = after.groupby(touches["arm"]).agg(["size", "sum"]).reindex(["treated", "holdout"], fill_value=0)
    return CampaignTruth(
        campaign_id=campaign_id(number), name=plan.title, tier=plan.tier, channel=plan.channel, start=start,
        window_days=brand.WINDOW_DAYS, lift=plan.lift, orders_added=moved,
        treated=int(arms.at["treated", "size"]), treated_converted=int(arms.at["treated", "sum"]),
        holdout=int(arms.at["holdout", "size"]), holdout_converted=int(arms.at["holdout", "sum"]),
    )


def converted(touches: pd.DataFrame, orders: pd.DataFrame) -> pd.Series:
    """Whether each touched person ordered after the send and within the window."""
    return pd.Series(touches["person"].isin(_in_window(touches, orders)["person"]).to_numpy(), index=touches.index)


def campaign_id(number: int) -> str:
    return f"C{number:03d}"


def campaign_table(plans: tuple[brand.CampaignPlan, ...], as_of: date, costs: pd.DataFrame) -> pd.DataFrame:
    spent = costs.groupby("campaign_id")["amount"].sum()
    rows = []
    for number, plan in enumerate(plans, 1):
        start = as_of - timedelta(days=plan.days_before)
        rows.append({
            "campaign_id": campaign_id(number), "name": plan.title, "channel": plan.channel, "tier": plan.tier,
            "goal": plan.goal, "offer": plan.offer, "start_date": start,
            "end_date": start + timedelta(days=brand.WINDOW_DAYS - 1), "cost": spent.get(campaign_id(number), 0.0),
        })
    return pd.DataFrame(rows)


def _send(
    rng: np.random.Generator, number: int, plan: brand.CampaignPlan, ledger: Ledger, start: date
) -> pd.DataFrame:
    """Touches of everybody in the tier on the eve who agreed to the channel, split at random into arms."""
    tier = tiers(ledger.orders, np.datetime64(start - timedelta(days=1)), ledger.horizon)
    person = tier.index[tier == plan.tier].to_numpy()
    person = person[ledger.people.loc[person, agrees(plan.channel)] & ~np.isin(person, ledger.opted_out(plan.channel))]
    sent = np.datetime64(start, "s") + 10 * 3600 + rng.integers(5400, size=len(person))
    held = rng.permutation(len(person)) < round(plan.holdout * len(person))
    return pd.DataFrame({
        "campaign_id": campaign_id(number), "person": person, "arm": np.where(held, "holdout", "treated"),
        "channel": plan.channel, "sent_at": sent,
    })


def _in_window(touches: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Orders of touched persons between the send and the end of the window; the index is the order's."""
    since = touches.set_index("person")["sent_at"].reindex(orders["person"]).to_numpy()
    at = orders["at"].to_numpy()
    return orders[(at > since) & (at < since + np.timedelta64(brand.WINDOW_DAYS, "D"))]


def _attract(
    rng: np.random.Generator, ledger: Ledger, treated: pd.DataFrame, already: pd.Series, lift: float, base: float
) -> int:
    """Make treated people who would not have ordered do so, at the rate that adds `lift` overall."""
    chance = min(lift / max(1 - base, 1e-9), 1.0)
    moved = treated[~already.to_numpy() & (rng.random(len(treated)) < chance)]
    wait = 1 + np.minimum(rng.exponential(3.5, len(moved)).astype("int64"), brand.WINDOW_DAYS - 2)
    day = moved["sent_at"].to_numpy().astype("datetime64[D]") + wait
    if len(moved):
        ledger.add(rng, place(rng, ledger.people, moved["person"].to_numpy(), day), OFFER_DISCOUNT)
    return len(moved)


def _repel(
    rng: np.random.Generator, ledger: Ledger, treated: pd.DataFrame, already: pd.Series, lift: float, base: float
) -> int:
    """Take the window's orders from treated people who would have ordered, at the rate that costs `lift`."""
    chance = min(lift / max(base, 1e-9), 1.0)
    moved = treated[already.to_numpy() & (rng.random(len(treated)) < chance)]
    lost = _in_window(moved, ledger.orders).index
    ledger.remove(lost)
    return -len(lost)


def _respond(rng: np.random.Generator, channel: str, touches: pd.DataFrame, bought: pd.Series) -> pd.DataFrame:
    """Delivery, opens, clicks and opt-outs of the treated; buyers open and click more."""
    deliver, opens, clicks, leaves = brand.RESPONSE[channel]
    luck = rng.random((4, len(touches)))
    keen = np.where(bought, 2.0, 1.0)
    delivered = (touches["arm"] == "treated") & (luck[0] < deliver)
    opened = delivered & (luck[1] < np.minimum(opens * keen, 0.95))
    clicked = opened & (luck[2] < np.minimum(clicks * keen, 0.95))
    return touches.assign(
        delivered=delivered, opened=opened, clicked=clicked, unsubscribed=delivered & ~bought & (luck[3] < leaves)
    )
