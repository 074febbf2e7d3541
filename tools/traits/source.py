"""A source of traits: rows, and one aggregate of them a customer for each trait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import ibis
from ibis.expr.types import BooleanValue, NumericValue, Table, Value

from tools.traits.scope import Scope, TraitRef, column_of, inside

NONE = ibis.literal([], type="array<string>")
"""A list trait of a customer without any value."""


@dataclass(frozen=True)
class Cut:
    """The rows of a source, and which of them a trait's window holds."""

    rows: Table
    where: BooleanValue
    scope: Scope


Aggregate = Callable[[Cut], Value]


@dataclass(frozen=True)
class Source:
    """Rows with `customer_id` and `day`, and the traits counted on them in one pass."""

    rows: Callable[[Scope, list[TraitRef]], Table]
    traits: dict[str, Aggregate]
    empty: dict[str, object] = field(default_factory=dict)
    """What a trait is for a customer without any row, where that is not unknown."""

    def table(self, scope: Scope, refs: list[TraitRef]) -> Table:
        """One row a customer: customer_id and a column for each ref."""
        rows = self.rows(scope, refs)
        cuts = {ref: Cut(rows, inside(rows, ref.window), scope) for ref in refs}
        return rows.group_by("customer_id").agg(**{column_of(ref): self.traits[ref.name](cuts[ref]) for ref in refs})


def ratio(top: NumericValue, bottom: NumericValue) -> NumericValue:
    """One figure divided by another; null where the other is zero."""
    return top.cast("float64") / bottom.nullif(0)


def days_since(scope: Scope, day: Value) -> Value:
    return scope.day.delta(day, unit="day").cast("int32")
