"""How busy each day is: weekdays, the year's retail peaks and the holiday dip."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

# First day of the lunar year (public calendar).
LUNAR_NEW_YEAR = {
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29),
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}
WEEKDAYS = (0.94, 0.92, 0.93, 0.96, 1.05, 1.13, 1.10)
SLOWDOWN = 0.2
"""How much weaker demand has become by the last months: the problem the brand's team is looking at."""

# (first, last) month-day -> how busy, and the extra discount of those days. A later line overrides an earlier one.
PEAKS = (
    ((3, 1), (3, 8), 1.35, 0.06),
    ((6, 1), (6, 18), 1.9, 0.12),
    ((6, 16), (6, 18), 4.6, 0.16),
    ((6, 19), (6, 28), 0.8, 0.0),
    ((9, 25), (10, 3), 1.15, 0.03),
    ((11, 1), (11, 11), 3.4, 0.14),
    ((11, 1), (11, 1), 5.0, 0.16),
    ((11, 10), (11, 11), 8.0, 0.20),
    ((11, 12), (11, 24), 0.72, 0.0),
    ((12, 1), (12, 31), 1.15, 0.0),
    ((12, 10), (12, 12), 1.7, 0.08),
)


def busyness(days: list[date]) -> tuple[np.ndarray, np.ndarray]:
    """Relative demand (mean 1 over `days`) and extra discount (0-1) for each day."""
    fade = 1 - SLOWDOWN * np.clip(np.linspace(-0.6, 0.4, len(days)) / 0.25, 0, 1)
    demand = fade * np.array([WEEKDAYS[day.weekday()] * _peak(day)[0] for day in days])
    return demand / demand.mean(), np.array([_peak(day)[1] for day in days])


def _peak(day: date) -> tuple[float, float]:
    level, discount = _lunar(day)
    for first, last, peak, extra in PEAKS:
        if first <= (day.month, day.day) <= last:
            level, discount = peak, extra
    return level, discount


def _lunar(day: date) -> tuple[float, float]:
    """Stocking up before the lunar new year, silence around it."""
    if day.year not in LUNAR_NEW_YEAR:
        return 1.0, 0.0
    away = day - date(day.year, *LUNAR_NEW_YEAR[day.year])
    if timedelta(-21) <= away < timedelta(-6):
        return 1.6, 0.05
    if timedelta(-6) <= away <= timedelta(8):
        return 0.45, 0.0
    return 1.0, 0.0
