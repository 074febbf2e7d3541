"""The three models of one calibration, fitted together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd

from tools.errors import NoData
from tools.lifetime.bgnbd import BgNbd
from tools.lifetime.calibration import calibrate
from tools.lifetime.gamma_gamma import GammaGamma
from tools.lifetime.histories import Histories
from tools.lifetime.pareto import ParetoNbd
from tools.lifetime.results import Calibration, Fitted

Model = TypeVar("Model", BgNbd, ParetoNbd, GammaGamma)
MOST = 50_000
"""Different histories that BG/NBD is fitted on, and customers that Gamma-Gamma is; of more a sample: the error
shrinks with the root of the customers, the cost grows with their number."""
MOST_CHECKED = 10_000
"""The same for Pareto/NBD, which takes an integral for each."""


@dataclass(frozen=True)
class Fits:
    """The models of one calibration; None where a likelihood has no maximum."""

    bgnbd: BgNbd
    spend: GammaGamma | None
    correlation: float | None
    """Of repeat orders and mean spend over repeaters."""


def fit(groups: pd.DataFrame, spends: pd.DataFrame, unit: str) -> Fits:
    """BG/NBD on the rows of `grouped`, Gamma-Gamma on `repeats` and `repeat_revenue` of each repeater.

    Raises NoData `no_fit` where BG/NBD has no maximum.
    """
    repeats = spends["repeats"].to_numpy(float)
    mean = spends["repeat_revenue"].to_numpy(float) / repeats
    varied = len(repeats) > 1 and repeats.std() > 0 and mean.std() > 0
    return Fits(
        bgnbd=purchases(groups, unit),
        spend=_or_none(lambda: GammaGamma.fit(repeats, mean)),
        correlation=float(np.corrcoef(repeats, mean)[0, 1]) if varied else None,
    )


def purchases(groups: pd.DataFrame, unit: str) -> BgNbd:
    return BgNbd.fit(Histories.of(groups, unit).sample(MOST))


def held_against(
    groups: pd.DataFrame, end: date, last: date, model: BgNbd, unit: str
) -> tuple[Calibration, ParetoNbd | None]:
    """The calibration of `model`, and Pareto/NBD fitted on the same days beside it."""
    pareto = _or_none(lambda: ParetoNbd.fit(Histories.of(groups, unit).sample(MOST_CHECKED)))
    return calibrate(groups, end, last, model, pareto, unit), pareto


def _or_none(make: Callable[[], Model]) -> Model | None:
    try:
        return make()
    except NoData:
        return None


def described(fits: Fits, checked: Calibration | None, pareto: ParetoNbd | None) -> dict[str, object]:
    """What a report says of its models."""
    models = {"bgnbd": fits.bgnbd, "pareto": pareto, "gamma_gamma": fits.spend}
    restless = any(model is not None and not model.converged for model in models.values())
    return {
        **{name: _fitted(model) for name, model in models.items()}, "spend_correlation": fits.correlation,
        "calibration": checked, "notes": ["not_converged"] if restless else [],
    }  # fmt: skip


def _fitted(model: Model | None) -> Fitted | None:
    if model is None:
        return None
    values = dict(vars(model))
    return Fitted(log_likelihood=values.pop("log_likelihood"), converged=values.pop("converged"), parameters=values)
