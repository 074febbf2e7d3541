"""Days without orders, and days with far more or fewer than their weekday usually has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from tools.health.results import Finding
from tools.tables import sales

WEEKS = 4
"""Same weekdays on either side that a day is held against."""
EXPECTED = 10
"""Orders a day must usually have before its absence says anything: e^-10 is one in 22,000."""
RATIO = 4.0
DEVIATIONS = 6.0


def orders_a_day() -> Table:
    """Columns: day, orders (paid)."""
    return sales().group_by(day=_.order_date).agg(orders=_.count())


def volume_findings(counts: pd.Series) -> list[Finding]:
    """Gaps and jumps in `counts` (paid orders, indexed by day)."""
    if counts.empty:
        return []
    days = counts.asfreq("D", fill_value=0).astype(float)
    usual = _usual(days)
    # Counts scatter by their root (Anscombe 1948); the brand's own scatter is the yardstick, at least Poisson's.
    distance = 2 * (np.sqrt(days + 0.375) - np.sqrt(usual + 0.375))
    scatter = max(1.0, 1.4826 * float((distance - distance.median()).abs().median()))
    far = distance.abs() > DEVIATIONS * scatter
    missing = (days == 0) & (usual >= EXPECTED)
    up = far & (days > RATIO * usual.clip(lower=1))
    down = far & ~missing & (days * RATIO < usual)
    return [
        *(_gap(run, usual) for run in _runs(missing)),
        *(_jump("volume_up", "notice", run, days, usual) for run in _runs(up)),
        *(_jump("volume_down", "warning", run, days, usual) for run in _runs(down)),
    ]


def _usual(days: pd.Series) -> pd.Series:
    """Median of the same weekday in the weeks before and after, the day itself left out."""
    around = [days.shift(7 * week) for week in range(-WEEKS, WEEKS + 1) if week]
    return pd.concat(around, axis=1).median(axis=1).fillna(0)


def _runs(marked: pd.Series) -> Iterator[tuple[date, date]]:
    """First and last day of every stretch of marked days; a closed weekday between two does not part them."""
    found = marked[marked].index
    if found.empty:
        return
    parts = np.split(found, np.flatnonzero(np.diff(found.to_numpy()) > np.timedelta64(2, "D")) + 1)
    for part in parts:
        yield part[0].date(), part[-1].date()


def _gap(run: tuple[date, date], usual: pd.Series) -> Finding:
    start, end = run
    days = (end - start).days + 1
    lost = float(usual[str(start) : str(end)].sum())
    return Finding(check="missing_days", severity="warning" if days < 7 else "problem", table="orders", start=start,
                   end=end, params={"days": days, "usual": round(lost)})  # fmt: skip


def _jump(check: str, severity: str, run: tuple[date, date], days: pd.Series, usual: pd.Series) -> Finding:
    start, end = run
    seen, expected = (float(series[str(start) : str(end)].sum()) for series in (days, usual))
    return Finding(check=check, severity=severity, table="orders", start=start, end=end,
                   params={"orders": round(seen), "usual": round(expected)})  # fmt: skip
