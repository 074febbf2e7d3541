"""Every metric and dimension as data: `catalog.yaml`, checked and looked up by any of its names."""

from __future__ import annotations

import difflib
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tools.definitions import Strict, read_definitions
from tools.definitions import line_of as line_of
from tools.errors import BadArgument
from tools.relations import RELATIONS
from tools.results import Bilingual, Unit


class Synonyms(Strict):
    zh: list[str] = []
    en: list[str] = []


class Range(Strict):
    """At least `min` and at most `max`."""

    min: float | None = None
    max: float | None = None


class Measure(Strict):
    """One figure over the rows of a relation that meet every condition of `where`."""

    agg: Literal["count", "orders", "customers", "sum", "mean", "median"]
    column: str = ""
    where: dict[str, bool | str | Range] = {}

    @model_validator(mode="after")
    def _column_where_needed(self) -> Measure:
        if (self.agg in ("sum", "mean", "median")) != bool(self.column):
            raise ValueError(f"agg '{self.agg}' {'takes no' if self.column else 'needs a'} column")
        return self

    @property
    def columns(self) -> set[str]:
        return {self.column, *self.where} - {""}


class _Metric(Strict):
    name: str
    title: Bilingual
    synonyms: Synonyms = Synonyms()
    unit: Unit
    direction: Literal["up", "down", "neutral"]
    """Which way is good."""
    definition: Bilingual
    needs: list[str] = []
    """Tables ("touches") and columns ("orders.list_amount") beyond the orders themselves."""
    window: str = "all"
    """Window used when none is asked for."""
    of: str
    """Relation it is measured on, see `tools.relations`."""

    @property
    def measures(self) -> dict[str, Measure]:
        return {name: part for name, part in self if isinstance(part, Measure)}

    @property
    def columns(self) -> frozenset[str]:
        """Columns of the relation that the expression uses."""
        return frozenset().union(*(measure.columns for measure in self.measures.values()))

    @property
    def over(self) -> str:
        """Dimension whose cells a share is taken over; "" for other metrics."""
        return ""

    @model_validator(mode="after")
    def _known_relation(self) -> _Metric:
        if self.of not in RELATIONS:
            raise ValueError(f"unknown relation '{self.of}'; there are {', '.join(RELATIONS)}")
        unknown = self.columns - RELATIONS[self.of].columns
        if unknown:
            raise ValueError(f"relation '{self.of}' has no column {', '.join(sorted(unknown))}")
        return self


class PlainMetric(_Metric):
    """One measure."""

    type: Literal["measure"]
    value: Measure


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


Metric = Annotated[PlainMetric | RatioMetric | ShareMetric, Field(discriminator="type")]


class Value(Strict):
    """One value of a closed dimension."""

    name: str
    title: Bilingual
    synonyms: Synonyms = Synonyms()


class Dimension(Strict):
    name: str
    title: Bilingual
    synonyms: Synonyms = Synonyms()
    definition: Bilingual | None = None
    values: list[Value] = []
    """All values, where they are the same for every brand."""


class Catalog(Strict):
    metrics: dict[str, Metric]
    dimensions: dict[str, Dimension]
    definitions: dict[str, Bilingual] = {}
    """Definitions of results that are no metric; blanks take the thresholds in force."""

    def metric(self, given: str) -> Metric:
        """The metric of that name, title or synonym. Raises BadArgument naming near ones."""
        return find(self.metrics, given, "unknown_metric")

    def dimension(self, given: str) -> Dimension:
        """The dimension of that name, title or synonym. Raises BadArgument naming all."""
        return find(self.dimensions, given, "unknown_dimension")

    def value(self, dimension: Dimension, given: str) -> str:
        """Canonical value of a closed dimension. Raises BadArgument naming all."""
        values = {value.name: value for value in dimension.values}
        return find(values, given, "unknown_value", dimension=dimension.name).name


def names(entry: Metric | Dimension | Value) -> list[str]:
    """Every name of an entry in both languages, as they are compared."""
    said = [entry.name, entry.title.zh, entry.title.en, *entry.synonyms.zh, *entry.synonyms.en]
    return [_plain(name) for name in said]


# So many alternatives can all be listed.
FEW = 20


def _plain(name: str) -> str:
    return name.casefold().strip().replace("-", " ").replace("_", " ")


def find(entries: dict[str, Any], given: str, code: str, **params: str) -> Any:
    """The entry of that name, title or synonym. Raises BadArgument(`code`) naming near ones, or all of a few."""
    if given in entries:
        return entries[given]
    wanted = _plain(given)
    known = {name: key for key, entry in entries.items() for name in names(entry)}
    if wanted in known:
        return entries[known[wanted]]
    close = difflib.get_close_matches(wanted, known, n=12, cutoff=0.5) if len(entries) > FEW else []
    near = list(dict.fromkeys(known[name] for name in close))
    raise BadArgument(code, given=given, alternatives=near or list(entries), **params)


def read_catalog(text: str, source: str) -> Catalog:
    """Check a catalogue file. Raises BadArgument with the line and the reason of the first mistake."""
    return read_definitions(text, source, Catalog, _named)


def _named(data: dict[str, Any]) -> dict[str, Any]:
    for kind in ("metrics", "dimensions"):
        data[kind] = {name: {"name": name, **entry} for name, entry in (data.get(kind) or {}).items()}
    return data


@cache
def builtin() -> Catalog:
    """The catalogue that ships with Wellspring."""
    text = resources.files("tools").joinpath("catalog.yaml").read_text(encoding="utf-8")
    return read_catalog(text, "catalog.yaml")


def metrics() -> dict[str, Metric]:
    """Every built-in metric by name, with titles and synonyms in both languages."""
    return builtin().metrics


def dimensions() -> dict[str, Dimension]:
    """Every built-in dimension by name, with titles, synonyms and closed values."""
    return builtin().dimensions


def definition(name: str, **blanks: object) -> Bilingual:
    """A definition of the built-in catalogue with its blanks filled."""
    wording = builtin().definitions[name]
    return Bilingual(zh=wording.zh.format(**blanks), en=wording.en.format(**blanks))
