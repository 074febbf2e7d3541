"""Which traits of customers go with a higher churn risk, tier by tier: what goes together, never why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd
from ibis.expr.types import Table

from tools import catalog
from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.histories import KEYS, Histories, grouped
from tools.lifetime.results import RiskDriver
from tools.results import TIERS, Bilingual
from tools.traits.build import TraitRef
from tools.traits.tagging import Tagging

FLAGS = (
    "first_order_discounted", "discount_seeker", "full_price_buyer", "festival_buyer", "big_basket", "small_basket",
    "multi_category", "multi_channel", "unreachable", "message_fatigued",
)  # fmt: skip
"""Traits and tags that hold or do not."""
VALUES = ("first_channel", "preferred_category", "member_level")
"""Traits whose values are compared one by one."""
TOP = 6
"""Values looked at of each, the most frequent first."""
LEAST = 30
"""Customers on either side of a comparison."""
BANDS = 4
OVERDUE = 2.0
MOST = 6
"""Drivers shown of a tier."""


@dataclass(frozen=True)
class Factor:
    """One trait of a tier's customers."""

    trait: str
    title: Bilingual
    holds: np.ndarray
    value: str = ""
    input: bool = False


def exposures(people: Table, tagging: Tagging, as_of: date) -> Table:
    """Distinct histories by tier and traits; `people` are the rows of `histories` with their tier.

    Columns: tier, the traits that the data has, and those of `grouped`.
    """
    known = tagging.catalog.traits
    usable = [name for name in (*FLAGS, *VALUES, "refunds") if name in known and not tagging.lacking(known[name])]
    traits = tagging.table([TraitRef(name) for name in usable], as_of)
    if "refunds" in usable:
        traits = traits.mutate(refunds=traits.refunds > 0)
    repeaters = people.filter(people.repeats > 0)
    return grouped(repeaters.inner_join(traits, "customer_id"), "tier", *usable)


def drivers(rows: pd.DataFrame, model: BgNbd, tagging: Tagging, unit: str) -> dict[str, tuple[int, list[RiskDriver]]]:
    """Tier -> how many traits were looked at, and those that go with the risk; `rows` are those of `exposures`."""
    rows = rows.assign(risk=1 - model.p_alive(Histories.of(rows, unit)))
    return {tier: _of_tier(inside, tagging) for tier in TIERS if len(inside := rows[rows["tier"] == tier])}


def _of_tier(rows: pd.DataFrame, tagging: Tagging) -> tuple[int, list[RiskDriver]]:
    weights = rows["customers"].to_numpy(float)
    factors = [each for each in _factors(rows, tagging) if _both_sides(each.holds, weights)]
    if not factors:
        return 0, []
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / len(factors))
    band = _bands(rows["age"].to_numpy(float), weights)
    found = [_driver(each, rows["risk"].to_numpy(float), weights, band, z) for each in factors]
    telling = [each for each in found if each is not None and (each.low > 0 or each.high < 0)]
    telling.sort(key=lambda each: -abs(each.difference))
    inputs = [each for each in telling if each.input]
    return len(factors), [*inputs, *[each for each in telling if not each.input][: MOST - len(inputs)]]


def _factors(rows: pd.DataFrame, tagging: Tagging) -> Iterator[Factor]:
    repeats, last, age = (rows[name].to_numpy(float) for name in KEYS)
    said = catalog.definition
    yield Factor(
        "overdue", said("risk_overdue", times=f"{OVERDUE:g}"), age - last >= OVERDUE * last / repeats, input=True
    )
    yield Factor("one_repeat", said("risk_one_repeat"), repeats == 1, input=True)
    if "refunds" in rows:
        yield Factor("refunds", said("risk_refunded"), rows["refunds"].to_numpy(bool))
    for name in FLAGS:
        if name in rows:
            yield Factor(name, tagging.catalog.traits[name].title, rows[name].fillna(False).to_numpy(bool))
    for name in VALUES:
        if name in rows:
            title, values = tagging.catalog.traits[name].title, rows[name]
            sizes = rows["customers"].groupby(values).sum().sort_index().sort_values(ascending=False, kind="stable")
            for value in sizes.index[:TOP]:
                yield Factor(name, title, (values == value).to_numpy(bool), value=str(value))


def _both_sides(holds: np.ndarray, weights: np.ndarray) -> bool:
    return min(weights[holds].sum(), weights[~holds].sum()) >= LEAST


def _bands(age: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Quarter of the customers by time since the first order; those of one age are in one band."""
    order = np.argsort(age, kind="stable")
    running = np.cumsum(weights[order])
    cuts = age[order][np.searchsorted(running, running[-1] * np.arange(1, BANDS) / BANDS)]
    return np.searchsorted(cuts, age, side="left")


def _driver(factor: Factor, risk: np.ndarray, weights: np.ndarray, band: np.ndarray, z: float) -> RiskDriver | None:
    """The Mantel-Haenszel risk difference over bands; its variance as of two proportions in each (Greenland and
    Robins, 1985). None where no band holds both sides."""
    sides = []
    for inside in (factor.holds, ~factor.holds):
        count = np.bincount(band[inside], weights[inside], minlength=BANDS)
        sides.append((count, np.bincount(band[inside], (weights * risk)[inside], minlength=BANDS)))
    (with_, left), (without, others_left) = sides
    both = (with_ > 0) & (without > 0)
    if not both.any():
        return None
    share, other = left[both] / with_[both], others_left[both] / without[both]
    weight = with_[both] * without[both] / (with_[both] + without[both])
    weight /= weight.sum()
    difference = float(weight @ (share - other))
    variance = share * (1 - share) / with_[both] + other * (1 - other) / without[both]
    error = z * float(np.sqrt(weight**2 @ variance))
    return RiskDriver(
        trait=factor.trait, title=factor.title, value=factor.value, input=factor.input, customers=int(with_.sum()),
        others=int(without.sum()), risk=float(left.sum() / with_.sum()),
        others_risk=float(others_left.sum() / without.sum()), difference=difference, low=difference - error,
        high=difference + error,
    )  # fmt: skip
