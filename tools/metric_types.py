"""What a metric is, as data: measures over a relation, and the kinds of metric built from them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from tools import schema
from tools.definitions import Strict
from tools.errors import ToolError
from tools.relations import RELATIONS
from tools.results import Bilingual, Unit
from tools.windows import parse_window

Note = Literal["active_means", "churn_means", "new_means", "gross_conversion", "net_of_holdout", "returns_on_revenue"]
"""Caveats that belong to a metric whatever is asked of it; keys `note.<name>` of the text catalogue."""


class Synonyms(Strict):
    zh: list[str] = []
    en: list[str] = []


class Range(Strict):
    """At least `min` and at most `max`."""

    min: float | None = None
    max: float | None = None


class Measure(Strict):
    """One figure over the rows of a relation that meet every condition of `where`."""

    agg: Literal["count", "orders", "customers", "days", "sum", "mean", "median"]
    column: str = ""
    where: dict[str, bool | str | Range] = {}

    @model_validator(mode="after")
    def _column_where_needed(self) -> Measure:
        if (self.agg in ("sum", "mean", "median")) != bool(self.column):
            raise PydanticCustomError(
                "column_unwanted" if self.column else "column_needed",
                "agg '{agg}' " + ("takes no column" if self.column else "needs a column"), {"agg": self.agg},
            )  # fmt: skip
        return self

    @property
    def columns(self) -> set[str]:
        return {self.column, *self.where} - {""}


class Entry(Strict):
    """What every metric has, however it is computed."""

    name: str
    title: Bilingual
    synonyms: Synonyms = Synonyms()
    unit: Unit
    direction: Literal["up", "down", "neutral"]
    """Which way is good."""
    definition: Bilingual
    needs: list[str] = []
    """Tables ("touches") and columns ("orders.list_amount") beyond those of its relation; "a|b" for either."""
    window: str = "all"
    """Window used when none is asked for."""
    owner: str = "wellspring"
    """Whose definition it is: ours, or the brand's own."""
    notes: list[Note] = []
    """Caveats shown with every answer."""

    @property
    def over(self) -> str:
        """Dimension whose cells a share is taken over; "" for other metrics."""
        return ""

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", name):
            raise PydanticCustomError("name_unfit", "'{given}' is no name", {"given": name})
        return name

    @field_validator("window")
    @classmethod
    def _readable_window(cls, window: str) -> str:
        try:
            parse_window(window, date(2025, 12, 31), date(2000, 1, 1))
        except ToolError as error:
            raise PydanticCustomError("window_unreadable", "'{given}' is no window", {"given": window}) from error
        return window

    @field_validator("needs")
    @classmethod
    def _known_needs(cls, needs: list[str]) -> list[str]:
        for need in (each for either in needs for each in either.split("|")):
            table, _, column = need.partition(".")
            if table not in schema.TABLES or (column and column not in schema.TABLES[table]):
                raise PydanticCustomError("need_unknown", "there is no '{need}'", {"need": need})
        return needs


class _Metric(Entry):
    of: str
    """Relation it is measured on, see `tools.relations`."""

    @property
    def bases(self) -> tuple[Metric, ...]:
        """The metrics that it is asked through: itself, or the two that a quotient divides."""
        return (self,)

    @property
    def measures(self) -> list[Measure]:
        return [part for _, part in self if isinstance(part, Measure)]

    @property
    def columns(self) -> frozenset[str]:
        """Columns of the relation that the expression uses."""
        return frozenset().union(*(measure.columns for measure in self.measures))

    @model_validator(mode="after")
    def _fits_relation(self) -> _Metric:
        if self.of not in RELATIONS:
            raise PydanticCustomError(
                "relation_unknown", "unknown relation '{of}'; there are {known}",
                {"of": self.of, "known": ", ".join(RELATIONS)},
            )  # fmt: skip
        known = RELATIONS[self.of].columns
        if unknown := sorted(self.columns - set(known)):
            raise PydanticCustomError(
                "column_unknown", "relation '{of}' has no column {column}; it has {known}",
                {"of": self.of, "column": ", ".join(unknown), "known": ", ".join(known) or "none"},
            )  # fmt: skip
        for measure in self.measures:
            _check_kinds(measure, self.of)
        return self


_ASKED = {"number": "{min: …, max: …}", "flag": "true, false"}


def _check_kinds(measure: Measure, of: str) -> None:
    """Sums want numbers; conditions want what their column holds."""
    columns = RELATIONS[of].columns
    if measure.column and columns[measure.column] != "number":
        raise PydanticCustomError(
            "column_no_number", "'{column}' is no number: nothing to {agg}",
            {"column": measure.column, "agg": measure.agg},
        )  # fmt: skip
    for name, wanted in measure.where.items():
        kind = columns[name]
        fits = {"number": isinstance(wanted, Range), "flag": isinstance(wanted, bool)}
        if not (fits[kind] if isinstance(kind, str) else wanted in kind):
            asked = ", ".join(kind) if isinstance(kind, tuple) else _ASKED[kind]
            raise PydanticCustomError(
                "condition_misfit", "'{column}' takes {asked}", {"column": name, "asked": asked}
            )  # fmt: skip


class PlainMetric(_Metric):
    """One measure."""

    type: Literal["measure"]
    value: Measure

    @property
    def is_amount(self) -> bool:
        """Whether it is a sum or a count, of which there are shares; no average, median or number of days."""
        return self.value.agg in ("sum", "count", "orders", "customers")


class RatioMetric(_Metric):
    """One measure divided by another of the same relation; None where the bottom is zero."""

    type: Literal["ratio"]
    top: Measure
    bottom: Measure


class ShareMetric(_Metric):
    """A cell's measure divided by the same measure over all values of one dimension."""

    type: Literal["share"]
    value: Measure
    dimension: str

    @property
    def over(self) -> str:
        return self.dimension

    @model_validator(mode="after")
    def _known_dimension(self) -> ShareMetric:
        if self.dimension not in RELATIONS[self.of].dimensions:
            raise PydanticCustomError(
                "dimension_unknown", "relation '{of}' has no dimension '{dimension}'",
                {"of": self.of, "dimension": self.dimension},
            )  # fmt: skip
        return self


class LiftMetric(_Metric):
    """Mean of `column` over treated customers minus that over the holdout; `total`: times the treated."""

    type: Literal["lift"]
    column: str
    interval: Literal["newcombe", "welch"]
    """newcombe for a share, welch for a mean; see `tools.lift`."""
    total: bool = False

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column, "arm"})


BaseMetric = Annotated[PlainMetric | RatioMetric | ShareMetric | LiftMetric, Field(discriminator="type")]


class QuotientMetric(Entry):
    """One metric divided by another, of whatever relations; `less` is taken off (1 turns a return into a gain)."""

    type: Literal["quotient"]
    top: BaseMetric
    bottom: BaseMetric
    less: float = 0

    @property
    def bases(self) -> tuple[BaseMetric, ...]:
        return self.top, self.bottom

    @property
    def columns(self) -> frozenset[str]:
        return frozenset()


Metric = Annotated[
    PlainMetric | RatioMetric | ShareMetric | LiftMetric | QuotientMetric, Field(discriminator="type")
]  # fmt: skip


class Unsupported(Strict):
    """A metric that people ask for and no loaded table can tell."""

    name: str
    title: Bilingual
    synonyms: Synonyms = Synonyms()
    lacks: Bilingual
    """The data that it would take."""
