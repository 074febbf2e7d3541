"""The lifetime study: fit on the past, hold it against what came after, and only then look ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tools import catalog
from tools.errors import NoData
from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.calibration import calibrate
from tools.lifetime.gamma_gamma import GammaGamma
from tools.lifetime.gates import bad_calibration, bad_histories
from tools.lifetime.histories import DAYS, Histories, histories
from tools.lifetime.outlook import DISCOUNT, HORIZON, outlook
from tools.lifetime.pareto import ParetoNbd
from tools.lifetime.results import Calibration, Fitted, LifetimeReport
from tools.results import Window
from tools.tiers.history import TierHistory
from tools.warehouse import Warehouse

UNIT = "weeks"
MOST = 100_000
"""Different histories that BG/NBD is fitted on; of more a sample: the error shrinks with the root of the customers,
the cost grows with their number."""
MOST_CHECKED = 3_000
"""The same for Pareto/NBD, whose series cost a hundred times as much."""
LEAVING = 0.001
"""Mean chance of leaving after an order below which a fit sees nobody leave: it says nothing of who is at risk."""
HOLDOUT = 1 / 3
"""Part of the history that the check keeps back."""


@dataclass(frozen=True)
class Fits:
    """The models of one calibration; None where a likelihood has no maximum."""

    bgnbd: BgNbd
    spend: GammaGamma | None
    correlation: float | None


class LifetimeStudy:
    """Whom a brand is losing and what its customers are worth, from order days alone."""

    def __init__(self, warehouse: Warehouse, tiers: TierHistory) -> None:
        self._warehouse = warehouse
        self._tiers = tiers
        self._reports: dict[date, LifetimeReport] = {}

    def report(self, to: date | None = None) -> LifetimeReport:
        """Fit up to `to` (the data's last day when None), check on a holdout, and sum up by tier.

        With `to` before the last day, the days after it are the holdout; otherwise the last third of the history is
        held back for the check and the parameters are those of the whole. A study whose gates fail has a `reason`
        and no figures of the future. Raises NoData when no order is loaded.
        """
        first, last = self._warehouse.span("orders")
        if first is None or last is None:
            raise NoData("missing_data", what="lifetime", needs="orders")
        end = last if to is None else min(to, last)
        if end not in self._reports:  # a fit takes seconds
            self._reports[end] = self._study(first, end, last)
        return self._reports[end]

    def _study(self, first: date, end: date, last: date) -> LifetimeReport:
        people = self._people(end, last)
        head = self._head(first, end, last, people)
        if failed := bad_histories(people, (end - first).days):
            return head.model_copy(update=failed)
        try:
            fits = _fit(people)
            checked, pareto = self._check(first, end, last, people, fits)
        except NoData:
            return head.model_copy(update={"reason": "no_fit"})
        found = head.model_copy(update=_parameters(fits, checked, pareto))
        if checked is None or (failed := bad_calibration(checked)):
            return found.model_copy(update=failed if checked else {"reason": "short_holdout"})
        return self._look_ahead(found, people, fits, end)

    def _people(self, end: date, until: date) -> pd.DataFrame:
        return self._warehouse.whole(histories(end, until)).rows.to_pandas()

    def _head(self, first: date, end: date, last: date, people: pd.DataFrame) -> LifetimeReport:
        return LifetimeReport(
            metric="lifetime", unit="orders", value=None, n=len(people),
            window=Window(start=first, end=end, label=f"{first}..{end}"), as_of=end,
            definition=catalog.definition("lifetime", horizon=HORIZON, discount=f"{DISCOUNT:.0%}"),
            query=self._warehouse.sql(histories(end, last)), counted_by=self._warehouse.count_by, calibration_end=end,
            customers=len(people), repeaters=int((people["repeats"] > 0).sum()),
            repeat_orders=int(people["repeats"].sum()),
            holdout_orders=int(people["later"].sum()) if end < last else None,
            horizon_days=HORIZON, discount_rate=DISCOUNT,
        )  # fmt: skip

    def _check(
        self, first: date, end: date, last: date, people: pd.DataFrame, fits: Fits
    ) -> tuple[Calibration | None, ParetoNbd | None]:  # fmt: skip
        """The calibration on days held back, and the model that checks it; None where they are too few."""
        if end < last:
            return _held_against(people, end, last, fits.bgnbd)
        cut = last - timedelta(days=round((last - first).days * HOLDOUT))
        earlier = self._people(cut, last)
        if bad_histories(earlier, (cut - first).days):
            return None, None
        return _held_against(earlier, cut, last, BgNbd.fit(Histories.of(earlier, UNIT).sample(MOST)))

    def _look_ahead(self, found: LifetimeReport, people: pd.DataFrame, fits: Fits, end: date) -> LifetimeReport:
        members = self._warehouse.whole(self._tiers.members(end).select("customer_id", "tier")).rows.to_pandas()
        rows = outlook(people.merge(members, on="customer_id"), fits.bgnbd, fits.spend, UNIT)
        endless = fits.bgnbd.dropout < LEAVING
        if endless:
            rows = [row.model_copy(update={"p_alive": None}) for row in rows]
        return found.model_copy(update={
            "value": sum(row.expected_orders for row in rows), "tiers": rows,
            "notes": ["nobody_leaves"] if endless else [],
            "new_customer_orders": fits.bgnbd.expected_new(HORIZON / DAYS[UNIT]),
        })  # fmt: skip


def _fit(people: pd.DataFrame) -> Fits:
    repeaters = people[(people["repeats"] > 0) & (people["repeat_revenue"] > 0)]
    repeats = repeaters["repeats"].to_numpy(float)
    spend = repeaters["repeat_revenue"].to_numpy(float) / repeats
    varied = len(repeats) > 1 and repeats.std() > 0 and spend.std() > 0
    return Fits(
        bgnbd=BgNbd.fit(Histories.of(people, UNIT).sample(MOST)),
        spend=_or_none(lambda: GammaGamma.fit(repeats, spend)),
        correlation=float(np.corrcoef(repeats, spend)[0, 1]) if varied else None,
    )  # fmt: skip


def _held_against(people: pd.DataFrame, end: date, last: date, model: BgNbd) -> tuple[Calibration, ParetoNbd | None]:
    pareto = _or_none(lambda: ParetoNbd.fit(Histories.of(people, UNIT).sample(MOST_CHECKED)))
    return calibrate(people, end, last, model, pareto, UNIT), pareto


def _or_none(fit):  # noqa: ANN001, ANN202
    try:
        return fit()
    except NoData:
        return None


def _parameters(fits: Fits, checked: Calibration | None, pareto: ParetoNbd | None) -> dict:
    return {
        "bgnbd": _fitted(fits.bgnbd), "pareto": _fitted(pareto), "gamma_gamma": _fitted(fits.spend),
        "spend_correlation": fits.correlation, "calibration": checked,
    }  # fmt: skip


def _fitted(model: BgNbd | ParetoNbd | GammaGamma | None) -> Fitted | None:
    if model is None:
        return None
    values = dict(vars(model))
    return Fitted(log_likelihood=values.pop("log_likelihood"), parameters=values)
