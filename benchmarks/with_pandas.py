"""The pandas side: the same figures as the tools', vectorised, from one frame that stays loaded.

Written as one would for speed: money in whole cents, customers and words as small integer codes, days as
numbers, group sums by `numpy.bincount` where a group is a code, and no work that a figure does not need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.work import MONTH, PREVIEW, SNAPSHOTS, Figures
from tools.rfm import builtin

TIERS = ("high", "potential", "mid", "low", "dormant")
EPOCH = np.datetime64("1970-01-01", "D")
QUANTILES = (0.2, 0.4, 0.6, 0.8)


@dataclass
class Tiered:
    """Customers by code on one day; those without an order yet have tier -1."""

    tier: np.ndarray
    recency: np.ndarray
    spent: np.ndarray
    orders: np.ndarray


class PandasSide:
    """A brand's paid orders in memory, and each figure computed from them when asked."""

    def __init__(self, frame: pd.DataFrame, channels: pd.Index, cities: pd.Index) -> None:
        """`frame` has code (customer), day (since 1970), at, cents, channel and city (codes), sorted by time."""
        self.frame, self.channels, self.cities = frame, channels, cities
        self.customers = int(frame["code"].max()) + 1
        self.code, self.day, self.cents = (frame[name].to_numpy() for name in ("code", "day", "cents"))
        self.last = int(self.day[-1])

    @classmethod
    def read(cls, path: Path) -> PandasSide:
        """Read and check a file as the loader does: repeated orders, and rows without customer, day or amount."""
        rows = pd.read_parquet(path, dtype_backend="pyarrow")
        rows = rows.dropna(subset=["order_id", "customer_id", "ordered_at", "amount"])
        rows = rows[~rows.duplicated(["order_id", "status"])]
        rows = rows[rows["amount"] > 0]
        frame = pd.DataFrame({
            "code": pd.factorize(rows["customer_id"])[0].astype(np.int32),
            "at": rows["ordered_at"].to_numpy("datetime64[us]"),
            "cents": np.rint(rows["amount"].to_numpy(np.float64) * 100).astype(np.int64),
        })  # fmt: skip
        frame["day"] = (frame["at"].to_numpy().astype("datetime64[D]") - EPOCH).astype(np.int32)
        channel, city = (rows[name].astype("category") for name in ("channel", "city"))
        frame["channel"], frame["city"] = channel.cat.codes.to_numpy(), city.cat.codes.to_numpy()
        frame = frame if frame["at"].is_monotonic_increasing else frame.sort_values("at", ignore_index=True)
        return cls(frame, channel.cat.categories, city.cat.categories)

    def horizon(self) -> int:
        """Days without an order after which a customer is dormant: the 90th percentile of the gaps, 60 to 365."""
        order = np.lexsort((self.day, self.code))
        code, day = self.code[order], self.day[order].astype(np.int64)
        gap = np.diff(day)
        gap = gap[(code[1:] == code[:-1]) & (gap > 0)]
        return int(min(max(np.ceil(np.quantile(gap, 0.9)), 60), 365)) if len(gap) else 365

    @cached_property
    def dormancy(self) -> int:
        return self.horizon()

    def tiers(self, day: int) -> Tiered:
        """Everybody's tier on a day, by the rules in tools/tiers/membership.py."""
        end, start, middle = (int(np.searchsorted(self.day, d, side="right")) for d in (day, day - 365, day - 182))
        n = self.customers
        first, last = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
        last[self.code[:end]] = self.day[:end]
        first[self.code[:end][::-1]] = self.day[:end][::-1]
        orders = np.bincount(self.code[start:end], minlength=n)
        spent = np.bincount(self.code[start:end], self.cents[start:end], n)
        recent = np.bincount(self.code[middle:end], self.cents[middle:end], n)
        known, recency = first >= 0, day - last
        active = known & (recency <= self.dormancy)
        with np.errstate(invalid="ignore", divide="ignore"):
            basket = spent / 100 / orders
        value = spent / 100
        high, median = np.quantile(value[active], 0.8), np.median(value[active])
        young = (day - first <= self.dormancy) | (recent > spent - recent)
        rich = (basket >= np.nanmedian(basket[active])) | (orders >= np.median(orders[active]))
        rules = [~known, ~active, (value >= high) & (orders >= 2), young & rich, value >= median]
        tier = np.select(rules, [-1, 4, 0, 1, 2], 3)
        return Tiered(tier, recency, spent, orders)

    def tier_overview(self) -> Figures:
        found = self.tiers(self.last)
        rows = {}
        for place, name in enumerate(TIERS):
            inside = found.tier == place
            rows[name] = [int(inside.sum()), found.spent[inside].sum() / 100, int(found.orders[inside].sum()),
                          float(np.median(found.recency[inside])) if inside.any() else None]  # fmt: skip
        return rows

    def tier_history(self) -> Figures:
        """Customers in each tier at the last month ends and on the last day."""
        last = EPOCH + self.last
        months = last.astype("datetime64[M]") - np.arange(SNAPSHOTS - 1, -1, -1)
        ends = ((months.astype("datetime64[D]") - EPOCH).astype(int) - 1).tolist()
        days = [end for end in ends if self.day[0] <= end < self.last] + [self.last]
        sizes = {}
        for day in days:
            tier = self.tiers(day).tier
            counts = np.bincount(tier[tier >= 0], minlength=len(TIERS))
            sizes[str(EPOCH + day)] = dict(zip(TIERS, counts.tolist(), strict=True))
        return sizes

    def tier_by_month(self) -> Figures:
        """Paid amount of each tier (as of the last day) in each month."""
        tier = self.tiers(self.last).tier[self.code]
        month = self._months(self.day)
        base, width = int(month[0]), int(month[-1] - month[0]) + 1
        cell = tier * width + (month - base)
        sums = np.bincount(cell, self.cents, len(TIERS) * width) / 100
        counts = np.bincount(cell, minlength=len(TIERS) * width)
        return {f"{TIERS[at // width]} {np.datetime64(int(base + at % width), 'M')}": sums[at]
                for at in range(len(sums)) if counts[at]}  # fmt: skip

    def rfm_overview(self) -> Figures:
        people = self.frame.groupby("code", sort=False).agg(
            last=("day", "max"), orders=("cents", "size"), cents=("cents", "sum")
        )
        values = {"R": self.last - people["last"], "F": people["orders"], "M": people["cents"] / 100}
        scores = {}
        for name, value in values.items():
            points = np.quantile(value, QUANTILES)
            scores[name] = 1 + np.searchsorted(points, value.to_numpy(), side="right")
        scores["R"] = 6 - scores["R"]
        people = people.assign(**scores)
        people["segment"] = _segments(people)
        cells = people.groupby(["R", "F"]).agg(customers=("cents", "size"), spent=("cents", "sum"), m=("M", "mean"))
        named = people.groupby("segment").agg(customers=("cents", "size"), spent=("cents", "sum"))
        return {
            "cells": {f"{r}{f}": [int(n), spent / 100, m] for (r, f), n, spent, m in cells.itertuples()},
            "segments": {name: [int(n), spent / 100] for name, n, spent in named.itertuples()},
        }

    def cohort_triangle(self) -> Figures:
        month = self._months(self.day)
        frame = pd.DataFrame({"code": self.code, "month": month, "cents": self.cents})
        monthly = frame.groupby(["code", "month"], sort=False, as_index=False).agg(
            orders=("cents", "size"), cents=("cents", "sum")
        )
        first = np.full(self.customers, np.iinfo(np.int64).max)
        np.minimum.at(first, self.code, month)
        monthly["cohort"] = first[monthly["code"].to_numpy()]
        monthly["period"] = monthly["month"] - monthly["cohort"]
        cells = monthly.groupby(["cohort", "period"]).agg(
            customers=("code", "size"), orders=("orders", "sum"), cents=("cents", "sum")
        )
        return {f"{np.datetime64(int(c), 'M')} +{p}": [int(n), int(orders), cents / 100]
                for (c, p), n, orders, cents in cells.itertuples()}  # fmt: skip

    def migration(self) -> Figures:
        """Moves from the last month end before the last day to that day, with what was paid between."""
        start = int((self._first_of_month(self.last) - EPOCH).astype(int)) - 1
        before, after = self.tiers(start), self.tiers(self.last)
        between = slice(int(np.searchsorted(self.day, start, side="right")), None)
        paid = np.bincount(self.code[between], self.cents[between], self.customers)
        moves = pd.DataFrame({"source": before.tier, "target": after.tier, "paid": paid})
        cells = moves[moves["target"] >= 0].groupby(["source", "target"]).agg(n=("paid", "size"), paid=("paid", "sum"))
        return {f"{(*TIERS, 'new')[s]} {TIERS[t]}": [int(n), paid / 100] for (s, t), n, paid in cells.itertuples()}

    def contribution(self) -> Figures:
        """Each channel's paid amount in the last month, the month before, and its share of the change."""
        month = self._months(self.day)
        frames = (self.frame[month == wanted.astype(int)] for wanted in (MONTH, MONTH - 1))
        sums = [rows.groupby("channel")["cents"].sum().reindex(range(len(self.channels)), fill_value=0).to_numpy() / 100
                for rows in frames]  # fmt: skip
        return self._parts(*sums)

    def contribution_in_order(self) -> Figures:
        """The same where the rows are known to stand in the order of time: months are slices, not looked for."""
        month = self._months(self.day)
        channel = self.frame["channel"].to_numpy()
        sums = []
        for wanted in (MONTH, MONTH - 1):
            inside = slice(*np.searchsorted(month, [wanted.astype(int), wanted.astype(int) + 1]))
            sums.append(np.bincount(channel[inside], self.cents[inside], len(self.channels)) / 100)
        return self._parts(*sums)

    def _parts(self, now: np.ndarray, then: np.ndarray) -> Figures:
        part = (now - then) / (now.sum() - then.sum())
        return {name: [now[at], then[at], part[at]] for at, name in enumerate(self.channels)}

    def segment_preview(self) -> Figures:
        """Customers who meet PREVIEW against the rest: figures, and the mix of tier, channel and city."""
        tiered = self.tiers(self.last)
        people = self.frame.groupby("code").agg(orders=("cents", "size"), cents=("cents", "sum"))
        people["recency"], people["tier"] = tiered.recency, tiered.tier
        pairs = self.frame.groupby(["code", "channel"], sort=False, as_index=False).agg(
            orders=("at", "size"), last=("at", "max")
        )
        pairs = pairs.sort_values(["code", "orders", "last", "channel"], ascending=[True, False, False, True])
        people["channel"] = pairs.drop_duplicates("code").set_index("code")["channel"]
        city = np.zeros(self.customers, np.int8)
        city[self.code] = self.frame["city"].to_numpy()
        people["city"] = city
        wanted = (people["tier"] == TIERS.index(PREVIEW["tier"])) & (people["orders"] >= PREVIEW["orders"])
        inside = wanted & (people["channel"] == self.channels.get_loc(PREVIEW["channel"]))
        return {
            "customers": int(inside.sum()),
            "figures": [_figures(people[inside]), _figures(people[~inside])],
            "tier": _mix(people["tier"], inside, TIERS),
            "channel": _shown(_mix(people["channel"], inside, self.channels)),
            "city": _shown(_mix(people["city"], inside, self.cities)),
        }

    @staticmethod
    def _months(day: np.ndarray) -> np.ndarray:
        """Months since 1970; a look-up table is many times faster than converting each day."""
        low = int(day.min())
        table = (EPOCH + np.arange(low, int(day.max()) + 1)).astype("datetime64[M]").astype(int)
        return table[day - low]

    @staticmethod
    def _first_of_month(day: int) -> np.datetime64:
        return (EPOCH + day).astype("datetime64[M]").astype("datetime64[D]")

    @property
    def last_day(self) -> date:
        return (EPOCH + self.last).astype(date)


def _segments(people: pd.DataFrame) -> np.ndarray:
    rules = builtin().segments
    tests = []
    for rule in rules.values():
        met = people["R"].between(*rule.recency) & people["F"].between(*rule.frequency)
        met &= people["M"].between(*rule.monetary)
        tests.append(met & people["orders"].between(*rule.orders) if rule.orders else met)
    return np.select(tests, list(rules), "others")


def _figures(people: pd.DataFrame) -> list[float]:
    spent, orders, n = people["cents"].sum() / 100, people["orders"].sum(), len(people)
    return [spent / orders, orders / n, spent / n, float(people["recency"].median())] if n else []


def _shown(mix: dict[str, list[int]]) -> dict[str, list[int]]:
    return dict([(name, counts) for name, counts in mix.items() if counts[0]][:5])


def _mix(column: pd.Series, inside: pd.Series, names) -> dict[str, list[int]]:
    """Customers of each value, selected and not, the most frequent among the selected first."""
    counts = [np.bincount(column[mask].to_numpy(), minlength=len(names)) for mask in (inside, ~inside)]
    rows = {name: [int(counts[0][at]), int(counts[1][at])] for at, name in enumerate(names)}
    return dict(sorted(rows.items(), key=lambda row: (-row[1][0], row[0])))
