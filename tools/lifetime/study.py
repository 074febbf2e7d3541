"""The lifetime study: fit on the past, hold it against what came after, and only then look ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from tools import catalog, few
from tools.errors import BadArgument, NoData
from tools.lifetime.drivers import BANDS, LEAST, drivers, exposures
from tools.lifetime.gates import bad_calibration, bad_histories
from tools.lifetime.histories import DAYS, KEYS, SEED, Histories, grouped, histories
from tools.lifetime.models import MOST, Fits, described, fit, held_against, purchases
from tools.lifetime.outlook import AT_RISK, DISCOUNT, ahead, newcomer, outlook
from tools.lifetime.pareto import ParetoNbd
from tools.lifetime.results import HORIZON, Calibration, CustomerOutlook, LifetimeReport, TierOutlook
from tools.results import Bilingual, Window
from tools.roles import Role, may, require
from tools.tables import compile_sql
from tools.tiers.history import TierHistory
from tools.traits.tagging import Tagging
from tools.warehouse import Warehouse

TimeUnit = Literal["weeks", "days"]
LEAVING = 0.001
"""Mean chance of leaving after an order below which a fit sees nobody leave: it says nothing of who is at risk."""
ENDLESS = "nobody_leaves"
"""The note on it."""
HOLDOUT = 1 / 3
"""Part of the history that the check keeps back."""
LONGEST = 1095
"""Days that a study may look ahead."""


@dataclass(frozen=True)
class Past:
    """What the days up to a calibration's end tell: the report so far, and the models where its gates passed."""

    report: LifetimeReport
    groups: pd.DataFrame
    fits: Fits | None


class LifetimeStudy:
    """Whom a brand is losing and what its customers are worth, from order days alone."""

    def __init__(
        self, warehouse: Warehouse, tiers: TierHistory, tagging: Callable[[], Tagging], role: Role = "operator"
    ) -> None:
        self._warehouse = warehouse
        self._tiers = tiers
        self._tagging = tagging
        self._role: Role = role
        self._pasts: dict[tuple[date, TimeUnit], Past] = {}
        self._reports: dict[tuple[date, TimeUnit, int], LifetimeReport] = {}

    def report(self, to: date | None = None, horizon: int = HORIZON, unit: TimeUnit = "weeks") -> LifetimeReport:
        """Fit up to `to` (the data's last day when None), check on a holdout, and look `horizon` days ahead by tier.

        With `to` before the last day, the days after it are the holdout; otherwise the last third of the history is
        held back for the check and the parameters are those of the whole. A study whose gates fail has a `reason`
        and no figures of the future. Raises NoData when no order is loaded, BadArgument for a horizon out of range.
        """
        past = self._past(to, horizon, unit)
        key = (past.report.calibration_end, unit, horizon)
        if key not in self._reports:
            self._reports[key] = self._look_ahead(past, past.fits) if past.fits else past.report
        return self._reports[key] if may(self._role, "rows") else few.lifetime(self._reports[key])

    def customer(
        self, customer_id: str, to: date | None = None, horizon: int = HORIZON, unit: TimeUnit = "weeks"
    ) -> CustomerOutlook:
        """One customer under the same study.

        Raises NoData `unknown_customer` for one without an order by its last day, NotAllowed for a role without rows.
        """
        require(self._role, "rows")
        past = self._past(to, horizon, unit)
        found = past.report
        people = histories(found.calibration_end, found.calibration_end)
        rows = self._warehouse.run(people.filter(people.customer_id == customer_id))
        if not rows.records:
            raise NoData("unknown_customer", as_of=found.calibration_end)
        frame = pd.DataFrame(rows.records).assign(customers=1)
        seen = Histories.of(frame, unit)
        shared = ("metric", "unit", "window", "as_of", "definition", "counted_by", "notes", "reason", "reason_params",
                  "time_unit", "horizon_days", "discount_rate")  # fmt: skip
        figures = _of_one(seen, frame, past.fits, found) if past.fits else {"value": None}
        return CustomerOutlook(
            **{name: getattr(found, name) for name in shared}, n=1, query=rows.sql, customer_id=customer_id,
            repeats=int(seen.repeats[0]), recency=float(seen.recency[0]), age=float(seen.age[0]), **figures,
        )  # fmt: skip

    def _past(self, to: date | None, horizon: int, unit: TimeUnit) -> Past:
        """The study's past, told for a horizon."""
        if not 1 <= horizon <= LONGEST:
            raise BadArgument("bad_horizon", given=horizon, most=LONGEST)
        first, last = self._warehouse.span("orders")
        if first is None or last is None:
            raise NoData("missing_data", what="lifetime", needs="orders")
        end = last if to is None else min(to, last)
        if (end, unit) not in self._pasts:  # a fit takes seconds
            self._pasts[end, unit] = self._fitted(first, end, last, unit)
        past = self._pasts[end, unit]
        told = {"horizon_days": horizon, "definition": _definition(horizon)}
        return replace(past, report=past.report.model_copy(update=told))

    def _fitted(self, first: date, end: date, last: date, unit: TimeUnit) -> Past:
        groups = self._groups(end, last, by_tier=True)
        head = self._head(first, end, last, unit, groups)
        if failed := bad_histories(groups, max((end - first).days, 0)):  # a day before the first order
            return Past(head.model_copy(update=failed), groups, None)
        try:
            fits = fit(groups, self._spends(end), unit)
            checked, pareto = self._check(first, end, last, groups, fits, unit)
        except NoData:
            return Past(head.model_copy(update={"reason": "no_fit"}), groups, None)
        found = head.model_copy(update=described(fits, checked, pareto))
        if checked is None or (failed := bad_calibration(checked)):
            return Past(found.model_copy(update=failed if checked else {"reason": "short_holdout"}), groups, None)
        if fits.bgnbd.dropout < LEAVING:
            found = found.model_copy(update={"notes": [*found.notes, ENDLESS]})
        return Past(found, groups, fits)

    def _groups(self, end: date, until: date, *, by_tier: bool = False) -> pd.DataFrame:
        people = histories(end, until)
        if by_tier:
            people = self._with_tier(people, end)
        by = ["tier"] if by_tier else []
        # In one order on every engine: sums and samples come out the same.
        return self._warehouse.whole(grouped(people, *by)).rows.to_pandas().sort_values([*KEYS, *by])

    def _with_tier(self, people: Table, end: date) -> Table:
        return people.inner_join(self._tiers.members(end).select("customer_id", "tier"), "customer_id")

    def _spends(self, end: date) -> pd.DataFrame:
        people = histories(end, end).filter(_.repeats > 0, _.repeat_revenue > 0)
        rows = self._warehouse.whole(people.select("repeats", "repeat_revenue")).rows.to_pandas()
        rows = rows.sort_values(["repeats", "repeat_revenue"], ignore_index=True)
        return rows if len(rows) <= MOST else rows.sample(MOST, random_state=np.random.default_rng(SEED))

    def _head(self, first: date, end: date, last: date, unit: TimeUnit, groups: pd.DataFrame) -> LifetimeReport:
        weights, repeats = groups["customers"], groups["repeats"]
        return LifetimeReport(
            metric="lifetime", unit="orders", value=None, n=int(weights.sum()),
            window=Window(start=first, end=end, label=f"{first}..{end}"), as_of=end, definition=_definition(HORIZON),
            query=compile_sql(grouped(histories(end, last))), counted_by=self._warehouse.count_by,
            time_unit=unit, calibration_end=end, customers=int(weights.sum()),
            repeaters=int(weights[repeats > 0].sum()), repeat_orders=int(weights @ repeats),
            holdout_orders=int(groups["later"].sum()) if end < last else None,
            horizon_days=HORIZON, discount_rate=DISCOUNT,
        )  # fmt: skip

    def _check(
        self, first: date, end: date, last: date, groups: pd.DataFrame, fits: Fits, unit: TimeUnit
    ) -> tuple[Calibration | None, ParetoNbd | None]:  # fmt: skip
        """The calibration on days held back, and the model that checks it; None where they are too few."""
        if end < last:
            return held_against(groups, end, last, fits.bgnbd, unit)
        cut = last - timedelta(days=round((last - first).days * HOLDOUT))
        earlier = self._groups(cut, last)
        if bad_histories(earlier, (cut - first).days):
            return None, None
        return held_against(earlier, cut, last, purchases(earlier, unit), unit)

    def _look_ahead(self, past: Past, fits: Fits) -> LifetimeReport:
        found = past.report
        rows = outlook(past.groups, fits.bgnbd, fits.spend, found.time_unit, found.horizon_days)
        if ENDLESS in found.notes:
            rows = [row.model_copy(update=dict.fromkeys(("churn_risk", "risk_low", "risk_high"))) for row in rows]
        else:
            rows = self._with_drivers(rows, fits, found)
        return found.model_copy(update={
            "value": sum(row.expected_orders for row in rows), "tiers": rows, "risk_definition": _risk_definition(),
            "new_customer_orders": fits.bgnbd.expected_new(found.horizon_days / DAYS[found.time_unit]),
            "new_customer_clv": newcomer(fits.bgnbd, fits.spend, found.time_unit, found.horizon_days),
        })  # fmt: skip

    def _with_drivers(self, rows: list[TierOutlook], fits: Fits, found: LifetimeReport) -> list[TierOutlook]:
        tagging, end = self._tagging(), found.calibration_end
        exposed = exposures(self._with_tier(histories(end, end), end), tagging, end)
        by_tier = drivers(self._warehouse.whole(exposed).rows.to_pandas(), fits.bgnbd, tagging, found.time_unit)
        return [
            row.model_copy(update=dict(zip(("looked_at", "drivers"), by_tier.get(row.tier, (0, [])), strict=True)))
            for row in rows
        ]


def _of_one(seen: Histories, frame: pd.DataFrame, fits: Fits, found: LifetimeReport) -> dict[str, float | None]:
    expected, discounted = ahead(fits.bgnbd, seen, found.horizon_days, found.time_unit)
    tells = seen.repeats[0] > 0 and ENDLESS not in found.notes
    mean = frame["repeat_revenue"].to_numpy(float) / np.maximum(seen.repeats, 1)
    spend = float(fits.spend.expected_spend(seen.repeats, mean)[0]) if fits.spend else None
    return {
        "value": float(expected[0]), "p_alive": float(fits.bgnbd.p_alive(seen)[0]) if tells else None,
        "spend": spend, "clv": None if spend is None else float(discounted[0]) * spend,
    }  # fmt: skip


def _definition(horizon: int) -> Bilingual:
    return catalog.definition("lifetime", horizon=horizon, discount=f"{DISCOUNT:.0%}")


def _risk_definition() -> Bilingual:
    risk = catalog.definition("churn_risk", at_risk=f"{AT_RISK:.0%}")
    found = catalog.definition("risk_drivers", bands=BANDS, least=LEAST)
    return Bilingual(zh=risk.zh + found.zh, en=f"{risk.en} {found.en}")
