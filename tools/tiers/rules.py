"""The thresholds of tiers and lifecycle: their bounds, their default, and how one is changed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ibis import _
from ibis.expr.types import Table
from pydantic import Field, ValidationError, model_validator

from tools.errors import BadArgument
from tools.results import Frozen
from tools.tables import gaps


class TierRules(Frozen):
    """Every threshold of the tiers and the lifecycle; `version` changes with any of them."""

    dormancy_days: int = Field(ge=1, le=3650)
    trailing_days: int = Field(365, ge=2, le=3650)
    recent_days: int = Field(182, ge=1, le=3649)
    """The recent part of the trailing days, whose spend is set against the part before."""
    high_share: float = Field(0.2, ge=0.001, le=0.999)
    """Share of active customers, by spend, that counts as high-value."""
    high_orders: int = Field(2, ge=1, le=1000)
    growth_days: int = Field(180, ge=1, le=3650)
    """Days after the first order during which a repeat customer counts as growing (lifecycle)."""

    @model_validator(mode="after")
    def _recent_within_trailing(self) -> TierRules:
        if self.recent_days >= self.trailing_days:
            raise ValueError("recent_days must be smaller than trailing_days")
        return self

    @property
    def version(self) -> str:
        """Short hash of the thresholds."""
        return _version(self)


_LATER = ("growth_days",)


@lru_cache
def _version(rules: TierRules) -> str:
    # A threshold that came later is left out at its default, so that older rules keep their version.
    later = {name for name in _LATER if getattr(rules, name) == type(rules).model_fields[name].default}
    text = json.dumps(rules.model_dump(exclude=later), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def changed(rules: TierRules, changes: Mapping[str, object]) -> TierRules:
    """The rules with some thresholds changed; values may be text, shares "15%".

    Raises BadArgument for an unknown threshold, a value that is no number or one out of bounds.
    """
    for name in changes:
        if name not in TierRules.model_fields:
            raise BadArgument("unknown_tier_rule", given=name, alternatives=list(TierRules.model_fields))
    values = {name: _number(given) for name, given in changes.items()}
    try:
        return TierRules.model_validate(rules.model_dump() | values)
    except ValidationError as error:
        raise _refusal(error) from error


def _number(given: object) -> object:
    text = str(given).strip()
    if text.endswith(("%", "％")):
        try:
            return float(text[:-1]) / 100
        except ValueError:
            return text
    return text


def _refusal(error: ValidationError) -> BadArgument:
    first: Any = error.errors()[0]
    if not first["loc"]:
        return BadArgument("recent_days_too_long")
    name = str(first["loc"][0])
    bounds = TierRules.model_fields[name].metadata
    least = next(bound.ge for bound in bounds if hasattr(bound, "ge"))
    most = next(bound.le for bound in bounds if hasattr(bound, "le"))
    return BadArgument("bad_tier_rule", rule=name, given=first["input"], least=least, most=most)


DORMANCY_QUANTILE = 0.9
DORMANCY_BOUNDS = (60, 365)


def rules_from_gaps(quantile: float | None) -> TierRules:
    """Rules whose horizon is `quantile` days, rounded up and kept within the bounds.

    None (nobody ordered on two days) gives the widest horizon: calling a customer dormant needs evidence.
    """
    least, most = DORMANCY_BOUNDS
    return TierRules(dormancy_days=most if quantile is None else min(max(math.ceil(quantile), least), most))


def dormancy_quantile() -> Table:
    """One row: the 90th percentile (type 7) of repeat customers' gaps between order days."""
    return gaps().agg(horizon=_.gap.cast("float64").quantile(DORMANCY_QUANTILE))
