"""Typed results about traits and tags."""

from __future__ import annotations

from typing import Literal

from tools.results import Bilingual, Evidence, Frozen


class TagRow(Frozen):
    """Customers with one tag; every figure is None where the data cannot tell."""

    tag: str
    title: Bilingual
    definition: Bilingual
    customers: int | None = None
    share: float | None = None
    """Of the customers looked at."""
    revenue: float | None = None
    """Paid amount of the trailing 365 days."""
    revenue_share: float | None = None
    """Of what the customers looked at paid."""
    lacks: list[str] = []
    """Tables and columns that are not loaded."""


class TagOverview(Evidence):
    """Sizes of the behaviour tags, the largest first; a customer can have several, so they do not add up."""

    kind: Literal["tag_overview"] = "tag_overview"
    rows: list[TagRow]
