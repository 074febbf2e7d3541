"""The selected customers beside the rest: who they are, what they buy, how they can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import ibis
from ibis import _
from ibis.expr.types import Table

from tools.selection.results import ProfileFigure, ProfileRow, Reach

CONSENTS = ("sms", "push", "wecom", "email")
MIX = ("tier", "preferred_category", "preferred_channel", "city")
"""Traits whose values are compared, where the data has them."""
TOP = 5
"""Values shown of a trait that is open (city, …)."""
_Z, _LEAST_EXPECTED = 1.96, 5

SELECTED = ibis.table({"customer_id": "string"}, name="selected")
"""The selected customers, given beside a query."""


MEASURES = {"recency_days": "int64", "orders": "int64", "spend": "float64"}
"""Traits that the figures are counted on."""
WHOLE = ("recency_days", "orders")
"""Of these, the ones that the base holds as they are."""


def base(rows: Table) -> Table:
    """What a profile is counted on: the trait table of MIX, consents and MEASURES."""
    return rows.mutate(**{name: rows[name].cast(kind) for name, kind in MEASURES.items()})


def base_frame(columns: list[str], **more: str) -> Table:
    """The frame that `base` was kept in, with these columns and `more` of other types."""
    flags = {name: "boolean" for name in columns if name.startswith("consent_")}
    texts = {name: "string" for name in columns if name in MIX}
    return ibis.table({"customer_id": "string", **texts, **flags, **MEASURES, **more}, name="profile_base")


def totals(people: Table) -> Table:
    """One row for the selected and one for the rest: customers, orders, revenue, recency, consents."""
    consents = {name: people[name].sum().fill_null(0) for name in people.columns if name.startswith("consent_")}
    return people.group_by("inside").agg(
        customers=_.count(), orders=_.orders.sum(), revenue=_.spend.sum(),
        recency=_.recency_days.cast("float64").median(), **consents,
    )  # fmt: skip


def mix(people: Table, traits: list[str]) -> Table:
    """Customers of each value of each trait, selected and not."""
    # One look at the customers for all traits together: what they make is few rows.
    cells = people.group_by("inside", **{name: people[name].fill_null("unknown") for name in traits}).agg(n=_.count())
    parts = [
        cells.group_by("inside", value=cells[name])
        .agg(customers=_.n.sum().cast("int64"))
        .mutate(trait=ibis.literal(name))
        for name in traits
    ]
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]


def figures(inside: Mapping | None, rest: Mapping | None) -> list[ProfileFigure]:
    def told(name: str, unit: str, top: str, bottom: str) -> ProfileFigure:
        value, other = (_ratio(row, top, bottom) for row in (inside, rest))
        return ProfileFigure(name=name, unit=unit, value=value, rest=other)

    recency = [row["recency"] if row else None for row in (inside, rest)]
    return [
        told("aov", "money", "revenue", "orders"),
        told("orders_per_customer", "orders", "orders", "customers"),
        told("revenue_per_customer", "money", "revenue", "customers"),
        ProfileFigure(name="recency_days", unit="days", value=recency[0], rest=recency[1]),
    ]


def _ratio(row: Mapping | None, top: str, bottom: str) -> float | None:
    return float(row[top] or 0) / float(row[bottom]) if row and row[bottom] else None


def profile_rows(found: list[Mapping], selected: int, rest: int) -> list[ProfileRow]:
    """The values of each trait, the most frequent among the selected first; every tier, the top few of the others."""
    counts: dict[str, dict[str, list[int]]] = {}
    for row in found:
        cell = counts.setdefault(row["trait"], {}).setdefault(row["value"], [0, 0])
        cell[0 if row["inside"] else 1] += row["customers"]
    rows = []
    for trait, values in counts.items():
        ordered = sorted(values.items(), key=lambda item: (-item[1][0], item[0]))
        shown = ordered if trait == "tier" else [item for item in ordered if item[0] != "unknown" and item[1][0]][:TOP]
        rows += [_row(trait, value, cell, selected, rest) for value, cell in shown]
    return rows


def _row(trait: str, value: str, cell: list[int], selected: int, rest: int) -> ProfileRow:
    share = cell[0] / selected if selected else 0.0
    other = cell[1] / rest if rest else 0.0
    return ProfileRow(
        trait=trait, value=value, customers=cell[0], share=share, rest_share=other,
        index=share / other if other else None, significant=significant(cell[0], selected, cell[1], rest),
    )  # fmt: skip


def significant(one: int, of: int, other: int, of_other: int) -> bool:
    """Two-proportion z-test, pooled, two-sided at 5 %; False where a cell expects fewer than 5."""
    if not of or not of_other:
        return False
    pooled = (one + other) / (of + of_other)
    if min(of, of_other) * min(pooled, 1 - pooled) < _LEAST_EXPECTED:
        return False
    error = sqrt(pooled * (1 - pooled) * (1 / of + 1 / of_other))
    return abs(one / of - other / of_other) / error >= _Z


def reach(inside: Mapping | None, selected: int) -> list[Reach]:
    counts = {channel: int(inside[f"consent_{channel}"]) if inside else 0 for channel in CONSENTS}
    return [
        Reach(channel=channel, customers=count, share=count / selected if selected else 0.0)
        for channel, count in counts.items()
    ]
