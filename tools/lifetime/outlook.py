"""What to expect of each tier's customers, and of whom the brand is losing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.gamma_gamma import GammaGamma
from tools.lifetime.histories import DAYS
from tools.lifetime.results import TierOutlook
from tools.results import TIERS, Tier

HORIZON = 365
"""Days looked ahead."""
MONTHS = 12
DISCOUNT = 0.10
"""A year: spend in month k counts 1 / 1.10^(k/12)."""


def outlook(people: pd.DataFrame, model: BgNbd, spend: GammaGamma | None, unit: str) -> list[TierOutlook]:
    """One row a tier; `people` are the rows of `histories` with their `tier`."""
    # Customers with one history have one outlook: the series is summed once for each.
    keys = ["repeats", "last_age", "age"]
    groups = people[keys].drop_duplicates().reset_index(drop=True)
    seen = [groups["repeats"].to_numpy(float), *(groups[name].to_numpy(float) / DAYS[unit] for name in keys[1:])]
    ahead = [model.expected(HORIZON / MONTHS * month / DAYS[unit], *seen) for month in range(1, MONTHS + 1)]
    factors = (1 + DISCOUNT) ** (-np.arange(1, MONTHS + 1) / 12)
    groups["expected"] = ahead[-1]
    groups["discounted"] = np.diff(np.vstack([np.zeros(len(groups)), *ahead]), axis=0).T @ factors
    groups["p_alive"] = model.p_alive(*seen)
    people = people.merge(groups, on=keys)
    if spend is not None:
        repeats = people["repeats"].to_numpy(float)
        mean = people["repeat_revenue"].to_numpy(float) / np.maximum(repeats, 1)
        people["value"] = people["discounted"] * spend.expected_spend(repeats, mean)
    return [_tier(tier, rows, spend is not None) for tier in TIERS if len(rows := people[people["tier"] == tier])]


def _tier(tier: Tier, rows: pd.DataFrame, priced: bool) -> TierOutlook:
    repeaters = rows[rows["repeats"] > 0]
    risky = repeaters[repeaters["p_alive"] < 0.5]
    overdue = (risky["age"] - risky["last_age"]) / (risky["last_age"] / risky["repeats"])
    return TierOutlook(
        tier=tier, customers=len(rows), p_alive=float(repeaters["p_alive"].mean()) if len(repeaters) else None,
        at_risk=len(risky), one_order=int((rows["repeats"] == 0).sum()),
        overdue=float(overdue.median()) if len(risky) else None, expected_orders=float(rows["expected"].sum()),
        clv=float(rows["value"].mean()) if priced else None,
    )  # fmt: skip
