"""What the brand spent: messages and offers of campaigns, and advertising for new customers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tools.demo import brand
from tools.demo.campaigns import Ledger
from tools.demo.draw import stream


def cost_table(seed: int, ledger: Ledger, start: np.datetime64) -> pd.DataFrame:
    """costs.csv: cost_date, channel, campaign_id (blank for advertising), item, amount in yuan."""
    touches = pd.concat(ledger.touches, ignore_index=True)
    sent = touches[touches["arm"] == "treated"]
    messages = sent.groupby(["campaign_id", "channel"]).agg(day=("sent_at", "min"), n=("person", "size")).reset_index()
    paid = pd.DataFrame({
        "cost_date": messages["day"].to_numpy().astype("datetime64[D]"), "channel": messages["channel"],
        "campaign_id": messages["campaign_id"], "item": "消息发送",
        "amount": (messages["n"] * messages["channel"].map(brand.MESSAGE_PRICE)).round(2),
    })
    setup = paid.assign(item="策划与素材", amount=300.0)
    table = pd.concat([paid, setup, _advertising(seed, ledger, start)], ignore_index=True)
    return table.sort_values(["cost_date", "campaign_id", "channel", "item"], kind="stable")


def _advertising(seed: int, ledger: Ledger, start: np.datetime64) -> pd.DataFrame:
    """Monthly advertising by sales channel, in step with the customers it brought."""
    rng = stream(seed, "costs")
    people = ledger.people
    channel = np.array(list(brand.CHANNELS))[people["channel"]]
    month = (start + people["day"].to_numpy()).astype("datetime64[M]")
    new = pd.DataFrame({"month": month, "channel": channel}).value_counts().sort_index().reset_index()
    new = new[new["channel"].isin(list(brand.ADVERTISING))]
    price = new["channel"].map(brand.ADVERTISING) * rng.uniform(0.85, 1.2, len(new))
    return pd.DataFrame({
        "cost_date": new["month"].to_numpy().astype("datetime64[D]"), "channel": new["channel"], "campaign_id": "",
        "item": "广告投放", "amount": (new["count"] * price).round(2),
    })
