"""What to expect of each tier's customers, and of whom the brand is losing."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd

from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.gamma_gamma import GammaGamma
from tools.lifetime.histories import DAYS, Histories
from tools.lifetime.results import HORIZON, TierOutlook
from tools.results import TIERS, Tier

STEPS = 12
DISCOUNT = 0.10
"""A year: what is spent in a step counts 1 / 1.10^(years from now to the step's end)."""
AT_RISK = 0.5
"""Churn risk above which a customer is at risk."""
_Z = 1.96


def ahead(model: BgNbd, seen: Histories, horizon: int, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Order days of one customer in the next `horizon` days, and the same discounted at DISCOUNT a year."""
    by_end = np.stack([model.expected(days / DAYS[unit], seen) for days in _ends(horizon)])
    return by_end[-1], _discounted(by_end, horizon)


def newcomer(model: BgNbd, spend: GammaGamma | None, unit: str, horizon: int) -> float | None:
    """CLV of a new customer after the first order; None without a spend model."""
    if spend is None:
        return None
    by_end = np.array([[model.expected_new(days / DAYS[unit])] for days in _ends(horizon)])
    nobody = np.zeros(1)
    return float(_discounted(by_end, horizon)[0] * spend.expected_spend(nobody, nobody)[0])


def _ends(horizon: int) -> np.ndarray:
    return np.arange(1, STEPS + 1) * horizon / STEPS


def _discounted(by_end: np.ndarray, horizon: int) -> np.ndarray:
    """Order days up to each end, shape (STEPS, customers), discounted by when they come."""
    return (1 + DISCOUNT) ** (-_ends(horizon) / 365) @ np.diff(by_end, axis=0, prepend=0.0)


def outlook(
    groups: pd.DataFrame, model: BgNbd, spend: GammaGamma | None, unit: str, horizon: int = HORIZON
) -> list[TierOutlook]:
    """One row a tier; `groups` are the rows of `grouped` by tier."""
    seen = Histories.of(groups, unit)
    expected, discounted = ahead(model, seen, horizon, unit)
    rows = groups.assign(expected=expected * seen.weights, risk=1 - model.p_alive(seen))
    if spend is not None:
        # Expected spend is linear in what one has spent: at a group's mean it is the group's mean.
        paid = groups["repeat_revenue"].to_numpy(float) / seen.weights / np.maximum(seen.repeats, 1)
        rows["value"] = discounted * spend.expected_spend(seen.repeats, paid) * seen.weights
    return [_tier(tier, inside) for tier in TIERS if len(inside := rows[rows["tier"] == tier])]


def _tier(tier: Tier, rows: pd.DataFrame) -> TierOutlook:
    repeaters = rows[rows["repeats"] > 0]
    customers, risky = int(rows["customers"].sum()), repeaters[repeaters["risk"] > AT_RISK]
    return TierOutlook(
        tier=tier, customers=customers, **_churn(repeaters), at_risk=int(risky["customers"].sum()),
        one_order=customers - int(repeaters["customers"].sum()), overdue=_overdue(risky),
        expected_orders=float(rows["expected"].sum()),
        clv=float(rows["value"].sum() / customers) if "value" in rows else None,
    )  # fmt: skip


def _churn(repeaters: pd.DataFrame) -> dict[str, float]:
    """Mean risk with its interval: who left and who stayed is chance, even where every risk is right."""
    weights, risk = repeaters["customers"].to_numpy(float), repeaters["risk"].to_numpy(float)
    if not len(weights):
        return {}
    mean = float(np.average(risk, weights=weights))
    error = _Z * sqrt(float(weights @ (risk * (1 - risk)))) / weights.sum()
    return {"churn_risk": mean, "risk_low": max(mean - error, 0.0), "risk_high": min(mean + error, 1.0)}


def _overdue(risky: pd.DataFrame) -> float | None:
    """Median over customers of recency by their own mean gap."""
    if not len(risky):
        return None
    times = (risky["age"] - risky["last_age"]) / (risky["last_age"] / risky["repeats"])
    return float(np.median(np.repeat(times.to_numpy(float), risky["customers"].to_numpy(int))))
