"""Every metric and dimension as data: `catalog.yaml`, checked and looked up by any of its names.

A brand adds to it or overrides it with a file of its own, see `with_brand`.
"""

from __future__ import annotations

import copy
import difflib
from functools import cache
from importlib import resources
from typing import Any

import yaml

from tools.definitions import LOADER, BadDefinitions, Problem, Strict, checked, line_of, parsed
from tools.errors import BadArgument, NoData
from tools.metric_types import (
    LiftMetric,
    Measure,
    Metric,
    PlainMetric,
    QuotientMetric,
    Range,
    RatioMetric,
    ShareMetric,
    Synonyms,
    Unsupported,
)
from tools.results import Bilingual

__all__ = [
    "Catalog", "Dimension", "LiftMetric", "Measure", "Metric", "PlainMetric", "QuotientMetric", "Range", "RatioMetric",
    "ShareMetric", "Strict", "Synonyms", "Unsupported", "Value", "builtin", "definition", "dimensions", "find",
    "line_of", "metrics", "names", "read_catalog", "with_brand",
]  # fmt: skip


FEW_NAMED = 12
"""Alternatives named where nothing comes near."""


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
    unsupported: dict[str, Unsupported] = {}
    """What people ask for and no table can tell, so that it is refused by name."""
    definitions: dict[str, Bilingual] = {}
    """Definitions of results that are no metric; blanks take the thresholds in force."""

    def metric(self, given: str) -> Metric:
        """The metric of that name, title or synonym.

        Raises NoData for one that no table can tell, BadArgument naming near ones for an unknown one.
        """
        absent = _named(self.unsupported, given)
        if absent and not _named(self.metrics, given):
            others = list(self.metrics)[:FEW_NAMED]
            lacks = self.unsupported[absent].lacks
            raise NoData("metric_unsupported", given=given, metric=absent, lacks=lacks, alternatives=others)
        return find(self.metrics, given, "unknown_metric")

    def dimension(self, given: str) -> Dimension:
        """The dimension of that name, title or synonym. Raises BadArgument naming all."""
        return find(self.dimensions, given, "unknown_dimension")

    def value(self, dimension: Dimension, given: str) -> str:
        """Canonical value of a closed dimension. Raises BadArgument naming all."""
        values = {value.name: value for value in dimension.values}
        return find(values, given, "unknown_value", dimension=dimension.name).name


def names(entry: Metric | Dimension | Value | Unsupported) -> list[str]:
    """Every name of an entry in both languages, as they are compared."""
    said = [entry.name, entry.title.zh, entry.title.en, *entry.synonyms.zh, *entry.synonyms.en]
    return [_plain(name) for name in said]


# So many alternatives can all be listed.
FEW = 30


def _plain(name: str) -> str:
    return name.casefold().strip().replace("-", " ").replace("_", " ")


def _named(entries: dict[str, Any], given: str) -> str | None:
    """Key of the entry of that name, title or synonym."""
    if given in entries:
        return given
    wanted = _plain(given)
    return next((key for key, entry in entries.items() if wanted in names(entry)), None)


def find(entries: dict[str, Any], given: str, code: str, **params: str) -> Any:
    """The entry of that name, title or synonym. Raises BadArgument(`code`) naming near ones, or all of a few."""
    key = _named(entries, given)
    if key is not None:
        return entries[key]
    known = {name: key for key, entry in entries.items() for name in names(entry)}
    close = difflib.get_close_matches(_plain(given), known, n=12, cutoff=0.5) if len(entries) > FEW else []
    near = list(dict.fromkeys(known[name] for name in close))
    raise BadArgument(code, given=given, alternatives=near or list(entries), **params)


def read_catalog(text: str, source: str) -> Catalog:
    """Check a whole catalogue. Raises BadDefinitions with the line and the reason of every mistake."""
    root, data = parsed(text, source)
    return _catalog(data, root, source)


def with_brand(text: str, source: str, owner: str) -> Catalog:
    """The built-in catalogue with a brand's `metrics`, each new or laid over ours; `owner` signs them.

    An override gives only the keys that change; one that says `type` or `of` brings its whole expression.
    Raises BadDefinitions with the line and the reason of every mistake, so that no part of the file counts.
    """
    root, own = parsed(text, source)
    _check_shape(own, root, source)
    ours, data = _shipped()["metrics"], copy.deepcopy(_shipped())
    for name, entry in (own.get("metrics") or {}).items():
        base = ours.get(name, {})
        if {"type", "of"} & entry.keys():
            base = {key: value for key, value in base.items() if key not in EXPRESSION}
        data["metrics"][name] = {"owner": owner, **base, **entry}
    found = _catalog(data, root, source)
    _check_names(found, list(own.get("metrics") or {}), root, source)
    return found


EXPRESSION = ("of", "type", "value", "top", "bottom", "dimension", "column", "interval", "total", "less", "needs")
"""Keys of a metric that say how it is computed."""


def _catalog(data: dict[str, Any], root: yaml.Node | None, source: str) -> Catalog:
    data = {**data}
    for kind in ("metrics", "dimensions", "unsupported"):
        data[kind] = {name: {**entry, "name": str(name)} for name, entry in (data.get(kind) or {}).items()}
    _resolve(data["metrics"], root, source)
    return checked(Catalog, data, root, source)


def _resolve(metrics: dict[str, dict], root: yaml.Node | None, source: str) -> None:
    """Put the metrics that quotients name in their place."""
    quotients = {name: entry for name, entry in metrics.items() if entry.get("type") == "quotient"}
    wrong = [
        Problem(line=line_of(root, ("metrics", name, side)), where=f"metrics.{name}.{side}", code="metric_unknown",
                params={"given": str(entry[side])})
        for name, entry in quotients.items()
        for side in ("top", "bottom")
        if side in entry and (entry[side] not in metrics or entry[side] in quotients)
    ]  # fmt: skip
    if wrong:
        raise BadDefinitions(source, wrong)
    for entry in quotients.values():
        entry |= {side: metrics[entry[side]] for side in ("top", "bottom") if side in entry}


def _check_shape(own: dict[str, Any], root: yaml.Node | None, source: str) -> None:
    """A brand's file holds `metrics`, each a mapping."""
    wrong = [((str(part),), "extra", {"field": str(part), "expected": ""}) for part in own if part != "metrics"]
    metrics = own.get("metrics") or {}
    if not isinstance(metrics, dict):
        wrong.append((("metrics",), "wrong_type", {"wanted": "dict"}))
    else:
        listed = [name for name, entry in metrics.items() if not isinstance(entry, dict)]
        wrong += [(("metrics", name), "wrong_type", {"wanted": "dict"}) for name in listed]
    if wrong:
        raise BadDefinitions(source, [
            Problem(line=line_of(root, path), where=".".join(map(str, path)), code=code, params=params)
            for path, code, params in wrong
        ])  # fmt: skip


def _check_names(found: Catalog, own: list[str], root: yaml.Node | None, source: str) -> None:
    """A name means one metric: a brand's own must not take another's."""
    taken: dict[str, str] = {}
    for metric in found.metrics.values():
        taken |= dict.fromkeys(names(metric), metric.name) if metric.name not in own else {}
    wrong = []
    for key in own:
        clashes = {name: taken[name] for name in names(found.metrics[key]) if taken.get(name, key) != key}
        clashes |= {key: "dimension"} if key in found.dimensions else {}
        wrong += [
            Problem(line=line_of(root, ("metrics", key)), where=f"metrics.{key}", code="name_taken",
                    params={"name": name, "by": by})
            for name, by in clashes.items()
        ]  # fmt: skip
        taken |= {name: key for name in names(found.metrics[key])}
    if wrong:
        raise BadDefinitions(source, wrong)


@cache
def _shipped() -> dict[str, Any]:
    return yaml.load(resources.files("tools").joinpath("catalog.yaml").read_text(encoding="utf-8"), Loader=LOADER)


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
