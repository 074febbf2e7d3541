"""When a study may speak of the future at all."""

from __future__ import annotations

import pandas as pd

from tools.lifetime.results import Calibration

REPEATERS = 100
"""Customers with a repeat order that four parameters need."""
HISTORY = 182
"""Days of calibration."""
HOLDOUT = 28
MISS = 0.25
"""Largest relative error of the holdout's order days that is trusted."""


def bad_histories(people: pd.DataFrame, days: int) -> dict:
    """`reason` and its figures where there is too little to fit on; {} where there is enough."""
    repeaters = int(people["customers"][people["repeats"] > 0].sum())
    if days < HISTORY:
        return {"reason": "short_history", "reason_params": {"days": days, "least": HISTORY}}
    if repeaters < REPEATERS:
        return {"reason": "few_repeaters", "reason_params": {"customers": repeaters, "least": REPEATERS}}
    return {}


def bad_calibration(found: Calibration) -> dict:
    """`reason` and its figures where the holdout is too short or was missed by too much."""
    days = (found.until - found.end).days
    if days < HOLDOUT:
        return {"reason": "short_holdout", "reason_params": {"days": days, "least": HOLDOUT}}
    if found.error is None or abs(found.error) > MISS:
        figures = {"expected": found.expected_orders, "actual": float(found.holdout_orders), "most": MISS}
        return {"reason": "bad_calibration", "reason_params": figures}
    return {}
