"""Columns that changed meaning: another level, another filling, other words from one month on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pandas as pd
from ibis import _
from ibis.expr.types import Table

from tools.calendar import month_end
from tools.health.results import Check, Finding, Severity
from tools.tables import table

LEVELS = {"orders": ("amount",), "order_items": ("unit_price", "quantity")}
FILLED = {
    "orders": ("list_amount", "units", "channel", "city", "region"),
    "order_items": ("product_id", "product_name", "category", "unit_price"),
}
WORDS = {"orders": ("channel", "city", "region"), "order_items": ("category",)}

ROWS = 50
"""Rows a month needs before its columns are judged."""
BEFORE = 3
"""Months before that a month is held against."""
FACTOR = 3.0
"""A median this many times larger or smaller is another unit or another column."""
POINTS = 0.3
"""Change in the share of filled cells that is no chance."""
NEW = 0.5
"""Share of rows with a value never seen before that is a renaming."""


def by_month(name: str) -> Table:
    """One row a month of paid lines: rows, filled cells of every judged column, medians of the levels."""
    rows = _paid(name)
    filled = {f"filled_{column}": rows[column].count() for column in FILLED[name]}
    levels = {f"median_{column}": rows[column].cast("float64").median() for column in LEVELS[name]}
    return rows.group_by("month").agg(rows=_.count(), **filled, **levels).order_by("month")


def words_by_month(name: str, column: str) -> Table:
    """One row a month and value. Columns: month, value, rows."""
    rows = _paid(name)
    return rows.filter(rows[column].notnull()).group_by("month", value=rows[column]).agg(rows=_.count())


def _paid(name: str) -> Table:
    source = table(name)
    return source.filter(source.kind == "sale").mutate(month=source.order_date.truncate("M"))


def shift_findings(name: str, months: pd.DataFrame) -> Iterator[Finding]:
    """Months of `by_month` whose levels or filling differ from the three before them."""
    months = months[months["rows"] >= ROWS].set_index("month")
    for column in LEVELS[name]:
        yield from _level_shifts(name, column, months[f"median_{column}"].astype(float))
    for column in FILLED[name]:
        yield from _filled_shifts(name, column, months[f"filled_{column}"] / months["rows"])


def _level_shifts(name: str, column: str, medians: pd.Series) -> Iterator[Finding]:
    def far(usual: float, now: float) -> bool:
        return usual > 0 and now > 0 and abs(math.log(now / usual)) > math.log(FACTOR)

    for month, usual, now in _steps(medians, far):
        yield _shift("level_shift", "problem", name, column, month, before=usual, after=now)


def _filled_shifts(name: str, column: str, shares: pd.Series) -> Iterator[Finding]:
    for month, usual, now in _steps(shares, lambda usual, now: abs(now - usual) > POINTS):
        yield _shift("filled_shift", "warning", name, column, month, before=usual, after=now)


def _steps(series: pd.Series, far: Callable[[float, float], bool]) -> Iterator[tuple[pd.Timestamp, float, float]]:
    """Months that are `far` from the median of those before them; after a step the new level is the yardstick."""
    series, since = series.dropna(), 0
    for place in range(1, len(series)):
        usual, now = float(series.iloc[max(since, place - BEFORE) : place].median()), float(series.iloc[place])
        if far(usual, now):
            since = place
            yield pd.Timestamp(series.index[place]), usual, now


def renamed_findings(name: str, column: str, words: pd.DataFrame) -> Iterator[Finding]:
    """Months in which most rows hold a value that no earlier month had, in a column of few values."""
    if words.empty:
        return
    fresh = words[words["month"] == words.groupby("value")["month"].transform("min")]
    totals = words.groupby("month")["rows"].sum()
    shares = (fresh.groupby("month")["rows"].sum().reindex(totals.index, fill_value=0) / totals)[totals >= ROWS]
    for place in range(1, len(shares)):
        # A column of free text has new values every month: that is no renaming.
        usual = shares.iloc[1:place].mean() if place > 1 else 0.0
        if shares.iloc[place] > NEW and usual < NEW / 2:
            month = shares.index[place]
            largest = fresh[fresh["month"] == month].nlargest(1, "rows")["value"].iloc[0]
            yield _shift("new_values", "warning", name, column, pd.Timestamp(month),
                         share=float(shares.iloc[place]), example=largest)  # fmt: skip


def _shift(
    check: Check, severity: Severity, name: str, column: str, month: pd.Timestamp, **params: float | str) -> Finding:
    start = month.date()
    return Finding(check=check, severity=severity, table=name, column=column, start=start, end=month_end(start),
                   params=params)  # fmt: skip
