"""What the model expected of the holdout, beside what happened in it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.histories import DAYS, Histories
from tools.lifetime.pareto import ParetoNbd
from tools.lifetime.results import Calibration, CalibrationRow

MOST = 7
"""Repeat orders from which customers stand in one group."""


def calibrate(
    groups: pd.DataFrame, end: date, until: date, model: BgNbd, check: ParetoNbd | None, unit: str
) -> Calibration:
    """Hold models fitted up to `end` against the order days after it; `groups` are the rows of `grouped`."""
    seen = Histories.of(groups, unit)
    ahead = (until - end).days / DAYS[unit]
    expected, actual = model.expected(ahead, seen) * seen.weights, groups["later"].to_numpy(float)
    return Calibration(
        end=end, until=until, customers=int(seen.weights.sum()), repeaters=int(seen.weights[seen.repeats > 0].sum()),
        repeat_orders=int(seen.weights @ seen.repeats), holdout_orders=int(actual.sum()),
        expected_orders=float(expected.sum()),
        check_orders=float(check.expected(ahead, seen) @ seen.weights) if check else None,
        by_repeats=_by_repeats(seen, expected, actual), by_decile=_by_decile(seen.weights, expected, actual),
    )  # fmt: skip


def _by_repeats(seen: Histories, expected: np.ndarray, actual: np.ndarray) -> list[CalibrationRow]:
    repeats = np.minimum(seen.repeats, MOST)
    return [
        _row(f"{count}+" if count == MOST else str(count), seen.weights[inside].sum(), expected[inside].sum(),
             actual[inside].sum())
        for count in range(MOST + 1)
        if (inside := repeats == count).any()
    ]  # fmt: skip


def _by_decile(customers: np.ndarray, expected: np.ndarray, actual: np.ndarray) -> list[CalibrationRow]:
    """Every tenth holds as many customers; those with one history, split between two, are alike."""
    order = np.argsort(expected / customers, kind="stable")
    running = [np.concatenate([[0.0], np.cumsum(each[order])]) for each in (customers, expected, actual)]
    bounds = np.ceil(np.arange(11) * running[0][-1] / 10)
    sums = [np.diff(np.interp(bounds, running[0], each)) for each in running]
    return [_row(str(number), *row) for number, row in enumerate(zip(*sums, strict=True), start=1) if row[0]]


def _row(group: str, customers: float, expected: float, actual: float) -> CalibrationRow:
    return CalibrationRow(
        group=group, customers=int(customers), expected=float(expected / customers), actual=float(actual / customers)
    )
