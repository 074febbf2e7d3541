"""The five tiers computed plainly from the generated orders: who a past campaign was aimed at.

Kept apart from the product's own tiers on purpose: it is also the oracle those are checked against.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

DAY = np.timedelta64(1, "D")


def dormancy_days(orders: pd.DataFrame) -> int:
    """90th percentile of the gaps between a customer's order days, kept within 60..365."""
    days = pd.DataFrame({"person": orders["person"], "day": orders["at"].to_numpy().astype("datetime64[D]")})
    days = days.drop_duplicates().sort_values(["person", "day"])
    gaps = days.groupby("person")["day"].diff().dropna().dt.days
    return int(np.clip(np.ceil(gaps.quantile(0.9)) if len(gaps) else 60, 60, 365))


def tiers(orders: pd.DataFrame, day: np.datetime64, horizon: int) -> pd.Series:
    """Tier of each person with an order by the end of `day`, indexed by person; `horizon` is the dormancy days."""
    past = orders[orders["at"] < day + DAY]
    days_ago = (day - past["at"].to_numpy().astype("datetime64[D]")) // DAY
    fen, in_year = past["fen"], days_ago < 365
    past = past.assign(ago=days_ago, in_year=in_year, year=fen.where(in_year, 0), recent=fen.where(days_ago < 182, 0))
    one = past.groupby("person").agg(
        last=("ago", "min"), first=("ago", "max"), spend=("year", "sum"), recent=("recent", "sum"), n=("in_year", "sum")
    )
    active = one["last"] <= horizon
    alive = one[active]
    basket = one["spend"] / one["n"].clip(lower=1)
    high = active & (one["spend"] >= alive["spend"].quantile(0.8)) & (one["n"] >= 2)
    fresh = (one["first"] <= horizon) | (one["recent"] > one["spend"] - one["recent"])
    strong = (basket >= basket[active].median()) | (one["n"] >= alive["n"].median())
    names = np.select(
        [~active, high, fresh & strong, one["spend"] >= alive["spend"].median()],
        ["dormant", "high", "potential", "mid"], default="low",
    )
    return pd.Series(names, index=one.index, name="tier")
