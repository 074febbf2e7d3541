"""What the model expected of the holdout, beside what happened in it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.histories import DAYS
from tools.lifetime.pareto import ParetoNbd
from tools.lifetime.results import Calibration, CalibrationRow

MOST = 7
"""Repeat orders from which customers stand in one group."""


def calibrate(
    people: pd.DataFrame, end: date, until: date, model: BgNbd, check: ParetoNbd | None, unit: str
) -> Calibration:
    """Hold models fitted up to `end` against the order days after it; `people` are the rows of `histories`."""
    days = DAYS[unit]
    seen = [people["repeats"].to_numpy(float), *(people[name].to_numpy(float) / days for name in ("last_age", "age"))]
    ahead = (until - end).days / days
    expected, actual = model.expected(ahead, *seen), people["later"].to_numpy(float)
    repeats = np.minimum(people["repeats"].to_numpy(int), MOST)
    names = [f"{count}+" if count == MOST else str(count) for count in range(MOST + 1)]
    # Ties are broken by order: every tenth holds as many customers.
    decile = pd.Series(expected).rank(method="first").sub(1).mul(10).floordiv(len(expected)).astype(int).to_numpy()
    return Calibration(
        end=end, until=until, customers=len(people), repeaters=int((repeats > 0).sum()),
        repeat_orders=int(people["repeats"].sum()), holdout_orders=int(actual.sum()),
        expected_orders=float(expected.sum()),
        check_orders=float(check.expected(ahead, *seen).sum()) if check else None,
        by_repeats=_rows(repeats, names, expected, actual),
        by_decile=_rows(decile, [str(number) for number in range(1, 11)], expected, actual),
    )  # fmt: skip


def _rows(group: np.ndarray, names: list[str], expected: np.ndarray, actual: np.ndarray) -> list[CalibrationRow]:
    return [
        CalibrationRow(group=name, customers=int(inside.sum()), expected=float(expected[inside].mean()),
                       actual=float(actual[inside].mean()))
        for number, name in enumerate(names)
        if (inside := group == number).any()
    ]  # fmt: skip
