"""What a relation is: rows that metrics are measured on, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import ibis
from ibis import _
from ibis.common.deferred import Deferred
from ibis.expr.types import BooleanColumn, DateColumn, Table

from tools.dimensions import Scope

Kind = Literal["number", "flag"] | tuple[str, ...]
"""What a column holds: numbers, yes or no, or one of these words."""


def numbers(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, "number")


def flags(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, "flag")


@dataclass(frozen=True)
class Relation:
    """How to build one relation, and what can be asked of it."""

    build: Callable[[Scope], Table]
    columns: Mapping[str, Kind]
    """Columns that measures and conditions may name, and what they hold."""
    dimensions: tuple[str, ...]
    tables: tuple[str, ...] = ("orders",)
    """Canonical tables it needs; the first holds its rows and days."""
    orders: bool = False
    """One row an order (or an order's lines): rows count as orders."""
    lines: bool = False
    """Cut by category or product it is counted over order lines."""
    customers: bool = True
    """Whether rows are of customers, so that few of them are a small sample."""
    stock: bool = False
    """One row a customer at the end of each period: rows of several periods do not add up."""
    place: Literal["row", "last", "first"] = "row"
    """Whose channel and place a row has: its own, or those of its customer's last or first order."""
    tier_at: Literal["start", "end"] = "end"
    """Whether tiers are those of the eve of a period or of its last day."""
    distinct: tuple[str, ...] = ()
    """Dimensions in which one customer can stand in several rows."""
    once: frozenset[str] = frozenset()
    """Columns that hold for a customer in one order only: rows counted by them overlap by that order's lines alone."""
    periodic: frozenset[str] = frozenset()
    """Columns judged at the start of every period shown: their sums over periods are not those of the window."""
    ranked: frozenset[str] = frozenset()
    """Columns that depend on the other rows of a group: their sums over groups are not those of the whole."""
    shape: Callable[[Table, tuple[str, ...], Scope], Table] | None = None
    """Last step after dimensions and filters: groups the rows by the dimensions asked for."""


def inside(day: DateColumn | Deferred, scope: Scope) -> list[BooleanColumn | Deferred]:
    """Conditions that keep the days of the window."""
    since = [day >= ibis.literal(scope.start)] if scope.start else []
    return [*since, day <= ibis.literal(scope.end)]


def between(rows: Table, scope: Scope) -> Table:
    """Rows whose `day` lies in the window."""
    return rows.filter(inside(_.day, scope))
