"""The numbers of the evidence, each with what it counts: its measure, its unit, and the row that it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from tools.results import TIERS

Label = tuple[str, str]
"""Dimension and value: ("tier", "high"), ("channel", "天猫"), ("month", "2026-08")."""
_LABEL_KEYS = {"tier": "tier", "source": "tier", "target": "tier", "stage": "lifecycle", "segment": "rfm_segment"}
_SIGNED = frozenset({"change", "difference", "net"})
_POINTS = frozenset({"change", "difference", "mix", "rate"})
_MONEY_FIELDS = frozenset({"revenue", "aov"})
_COUNT_FIELDS = frozenset({"customers", "orders", "n", "before", "after", "net", "joined", "left"})
_PLAIN = frozenset({"metric", "tier_overview", "tier_migration", "tier_comparison"})
"""Results whose only differences of shares are `_POINTS`."""
_TIMES = frozenset({"day", "week", "month", "quarter", "year", "cohort"})
_RESULT_FIELDS = frozenset({"value", "values", "previous", "difference"})
SHARES = frozenset({"share", "revenue_share"})


@dataclass(frozen=True)
class Fact:
    value: float
    measure: str
    """Number of the result, its table and the field: "0.revenue.share"; figures of one measure can be compared."""
    labels: frozenset[Label] = frozenset()
    unit: str = ""
    """"money", "count", "percent", or "" where the field does not say."""
    signed: bool = False
    """Whether the sign is the point: a change, not an amount."""
    points: bool | None = None
    """Whether it is a difference of shares; None where the field does not say."""


@dataclass(frozen=True)
class _Place:
    """Where the walk through a result stands."""

    result: int
    kind: str
    unit: str
    labels: frozenset[Label] = field(default_factory=frozenset)
    table: str = ""
    """Which of a result's tables: a comparison has one for each metric."""


def facts(evidence: Iterable[BaseModel]) -> list[Fact]:
    """Return every number of the results."""
    found: list[Fact] = []
    for number, item in enumerate(evidence):
        dumped = item.model_dump(mode="json", exclude={"query"})
        place = _Place(number, dumped.get("kind", ""), dumped.get("unit", ""), _filters(dumped))
        found += _walk(dumped, "", place)
    return _without_shared(found)


def _without_shared(found: list[Fact]) -> list[Fact]:
    """The facts without labels of a dimension that has one value throughout: nothing needs to name that row."""
    values: dict[str, set[str]] = {}
    for dimension, value in (label for fact in found for label in fact.labels):
        values.setdefault(dimension, set()).add(value)
    shared = {dimension for dimension, held in values.items() if len(held) == 1}
    return [replace(fact, labels=frozenset(label for label in fact.labels if label[0] not in shared)) for fact in found]


def _filters(dumped: dict[str, Any]) -> frozenset[Label]:
    kept = dumped.get("filters") or {}
    return frozenset((name, only[0]) for name, only in kept.items() if isinstance(only, list) and len(only) == 1)


def _walk(node: Any, name: str, place: _Place) -> Iterator[Fact]:
    if isinstance(node, bool):
        return
    if isinstance(node, (int, float)):
        yield _fact(float(node), name, place)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child, name, place)
    elif isinstance(node, dict):
        here = replace(place, unit=_unit(node, place), labels=place.labels | _labels(node), table=_table(node, place))
        for key, child in node.items():
            if key in TIERS and name in {"before", "after", "net", "joined", "left", "values"}:
                yield from _walk(child, name, replace(here, labels=here.labels | {("tier", key)}))
            else:
                # The rows beyond a limit taken together are no row to be ranked with the others.
                yield from _walk(child, key, replace(here, table="others") if key == "others" else here)


def _unit(node: dict[str, Any], place: _Place) -> str:
    return node["unit"] if isinstance(node.get("unit"), str) else place.unit


def _table(node: dict[str, Any], place: _Place) -> str:
    return node["metric"] if isinstance(node.get("metric"), str) else place.table


def _labels(node: dict[str, Any]) -> frozenset[Label]:
    own = node.get("dimensions")
    split = set(own.items()) if isinstance(own, dict) else set()
    split |= {(dimension, node[key]) for key, dimension in _LABEL_KEYS.items() if isinstance(node.get(key), str)}
    return frozenset(split)


def _fact(value: float, name: str, place: _Place) -> Fact:
    # The earlier figure of a month's row is of another month.
    labels = frozenset(each for each in place.labels if name != "previous" or each[0] not in _TIMES)
    return Fact(
        value, f"{place.result}.{place.table}.{name}", labels, _kind(name, place),
        signed=name in _SIGNED, points=_points(name, place),
    )  # fmt: skip


def _points(name: str, place: _Place) -> bool | None:
    if place.kind not in _PLAIN:
        return None
    return place.unit == "percent" and name in _POINTS


def _kind(name: str, place: _Place) -> str:
    if name in _MONEY_FIELDS:
        return "money"
    if name in _COUNT_FIELDS:
        return "count"
    if name in SHARES:
        return "percent"
    if name in _RESULT_FIELDS:
        return "money" if place.unit.startswith("money") else "percent" if place.unit == "percent" else "count"
    return ""


def strings(node: Any) -> Iterator[str]:
    """Yield every text within plain data."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from strings(child)


def sizes(node: Any) -> Iterator[int]:
    """Yield how long each list within plain data is."""
    if isinstance(node, list):
        yield len(node)
    if isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from sizes(child)
