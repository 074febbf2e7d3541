"""Tier sizes a month on, if the moves between tiers repeat those of past months.

A first-order Markov chain: the share of each tier's customers that moved to each other tier from one
month end to the next, pooled over the last twelve months, applied to today's sizes (maximum
likelihood of a transition matrix: Anderson & Goodman 1957). The interval holds the middle 80 % of
simulated months: each takes the moves of one past month drawn at random and lets every customer
move by chance (multinomial), so months that differ widen it; where they hardly do, chance counts twice
and the interval is on the wide side. The same is done at earlier month ends, to say how often it
held. Newcomers are counted apart, as many as in those months.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import numpy as np
from ibis import _

from tools import catalog
from tools.calendar import add_months, month_end
from tools.errors import NoData
from tools.results import TIERS, Window
from tools.tiers.history import TierHistory, month_ends
from tools.tiers.moves import NEW
from tools.tiers.results import ExpectedMove, ExpectedRow, ExpectedTiers
from tools.tiers.rules import TierRules
from tools.warehouse import Rows, Warehouse

MONTHS = 12
FEWEST_MONTHS = 3
LEVEL = 0.8
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
DRAWS = 4000
SEED = 20240101


def expected_tiers(warehouse: Warehouse, history: TierHistory, as_of: date, given: str = "") -> ExpectedTiers:
    """Tier sizes a month after `as_of`. Raises NoData with fewer than 3 past months to learn from."""
    rules = history.rules_on(as_of, given)
    ends = month_ends(as_of, MONTHS + 1, warehouse.first_day)
    ends = [*ends, *([as_of] if as_of == month_end(as_of) else [])][-MONTHS - 1 :]
    if len(ends) <= FEWEST_MONTHS:
        raise NoData("too_few_months", months=max(len(ends) - 1, 0), needed=FEWEST_MONTHS, as_of=as_of)
    found = _transitions(warehouse, history, ends, rules)
    today = warehouse.run(history.members(as_of, rules).group_by("tier").agg(customers=_.count()))
    sizes = {row["tier"]: row["customers"] for row in today.records}
    now = np.array([sizes.get(tier, 0) for tier in TIERS])
    return _result(
        now, _counts(found, ends[1:]), ends, as_of, rules_version=rules.version,
        query=f"{found.sql};\n\n{today.sql}", notes=history.notes(given, as_of, *ends),
        counted_by=warehouse.count_by,
    )  # fmt: skip


def _transitions(warehouse: Warehouse, history: TierHistory, ends: list[date], rules: TierRules) -> Rows:
    members = history.members_on(ends, rules)
    # A customer with an order never leaves, so the row before is that of the month end before.
    order = ibis.window(group_by="customer_id", order_by="as_of")
    moves = members.mutate(source=_.tier.lag().over(order).fill_null(NEW)).filter(_.as_of > ibis.literal(ends[0]))
    return warehouse.run(moves.group_by("as_of", "source", target="tier").agg(customers=_.count()))


def _counts(found: Rows, ends: list[date]) -> np.ndarray:
    """Moves by month, source (the tiers, then newcomers) and target."""
    sources = [*TIERS, NEW]
    counts = np.zeros((len(ends), len(sources), len(TIERS)))
    for row in found.records:
        counts[ends.index(row["as_of"]), sources.index(row["source"]), TIERS.index(row["target"])] = row["customers"]
    return counts


def _shares(moves: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Rows of counts as shares; a row without a customer is taken from `otherwise`."""
    total = moves.sum(axis=1, keepdims=True)
    return np.where(total > 0, moves / np.maximum(total, 1), otherwise)


def _simulate(now: np.ndarray, months: np.ndarray, pooled: np.ndarray) -> np.ndarray:
    """Tier sizes in simulated months, one row each."""
    rng = np.random.default_rng(SEED)
    times = np.bincount(rng.integers(len(months), size=DRAWS), minlength=len(months))
    draws = []
    for moves, n in zip(months, times, strict=True):
        shares = _shares(moves, pooled)
        draws.append(sum(rng.multinomial(size, share, size=n) for size, share in zip(now, shares, strict=True)))
    return np.concatenate(draws)


def _interval(now: np.ndarray, months: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares of each tier that move to each other tier, and the low and high end of each tier's size."""
    pooled = _shares(months.sum(axis=0), np.eye(len(TIERS)))  # nobody was there: they stay
    low, high = np.quantile(_simulate(now, months, pooled), TAILS, axis=0)
    return pooled, low, high


def _looking_back(months: np.ndarray) -> tuple[int, int]:
    """Tier sizes expected at past month ends from the months before, and how many lay in their interval."""
    held = 0
    for at in range(FEWEST_MONTHS, len(months)):
        _, low, high = _interval(months[at].sum(axis=1).astype(int), months[:at])
        came = months[at].sum(axis=0)
        held += int(((low <= came) & (came <= high)).sum())
    return (len(months) - FEWEST_MONTHS) * len(TIERS), held


def _result(now: np.ndarray, counts: np.ndarray, ends: list[date], as_of: date, **about: Any) -> ExpectedTiers:
    months, newcomers = counts[:, :-1], counts[:, -1]
    pooled, low, high = _interval(now, months)
    flows = now[:, None] * pooled
    new_low, new_high = np.quantile(newcomers.sum(axis=1), TAILS)
    checks, held = _looking_back(months)
    return ExpectedTiers(
        metric="expected_tiers", unit="customers", value=float(flows.sum() - np.trace(flows)), n=int(months.sum()),
        window=Window(start=ends[0], end=ends[-1], label=f"{ends[0]}..{ends[-1]}"), as_of=as_of,
        to_day=_month_later(as_of),
        definition=catalog.definition("expected_tiers", months=len(ends) - 1, level=f"{LEVEL:.0%}"),
        rows=[
            ExpectedRow(tier=tier, now=int(now[at]), expected=float(flows[:, at].sum()), low=float(low[at]),
                        high=float(high[at]), newcomers=float(newcomers[:, at].mean()))
            for at, tier in enumerate(TIERS)
        ],
        moves=[
            ExpectedMove(source=source, target=target, probability=float(pooled[i, j]), customers=float(flows[i, j]))
            for i, source in enumerate(TIERS)
            for j, target in enumerate(TIERS)
            if flows[i, j] > 0
        ],
        checks=checks, held=held, months=len(ends) - 1, first_month_end=ends[0], last_month_end=ends[-1], level=LEVEL,
        newcomers=float(newcomers.sum(axis=1).mean()), newcomers_low=float(new_low), newcomers_high=float(new_high),
        **about,
    )  # fmt: skip


def _month_later(day: date) -> date:
    later = add_months(day, 1)
    return month_end(later) if day == month_end(day) else later
