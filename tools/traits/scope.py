"""What traits are asked for, on which day, under which rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import BooleanValue, DateScalar, Table

from tools.results import Window
from tools.rfm import RfmRules
from tools.tiers import TierRules
from tools.traits.trait import Settings


@dataclass(frozen=True)
class TraitRef:
    """One trait, over a window where it takes one (None: all history up to the day)."""

    name: str
    window: Window | None = None


def column_of(ref: TraitRef) -> str:
    """Name of a trait's column; two windows of the same days share one."""
    if ref.window is None:
        return ref.name
    return f"{ref.name}@{ref.window.start or ''}..{ref.window.end}"


@dataclass(frozen=True)
class Scope:
    """The day whose customers are described, and the thresholds in force."""

    as_of: date
    rules: TierRules
    frozen: frozenset[date]
    settings: Settings
    scoring: RfmRules | None = None
    """How RFM scores are cut; None for the built-in way."""
    stored: bool = False
    """Whether `customer_facts` is stored and counts no order later than the day."""

    @property
    def day(self) -> DateScalar:
        return ibis.literal(self.as_of)


def inside(rows: Table, window: Window | None) -> BooleanValue:
    """Whether a row's `day` falls in the window; no row is later than the day that is described."""
    if window is None:
        return rows.day.notnull()
    until = rows.day <= ibis.literal(window.end)
    return until if window.start is None else (rows.day >= ibis.literal(window.start)) & until
