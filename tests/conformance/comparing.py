"""Whether two engines gave the same answer: rows alike, money to the last digit, other fractions to 1e-9."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import isclose
from typing import Any

from pydantic import BaseModel

from tools.errors import ToolError

OWN = {"query", "rules_version"}
"""What is an engine's own: its SQL, and when rules were adopted there."""


def outcome(call: Callable[[], BaseModel]) -> Any:
    """What a call gives, or how it refuses."""
    try:
        return plain(call())
    except ToolError as refusal:
        return {"refused": refusal.code, "params": str(refusal.params)}


def plain(value: Any) -> Any:
    """A result as mappings, lists and values, without what is an engine's own."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields if name not in OWN}
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two plain values differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        found = [f"{place}: {one.keys() ^ other.keys()}"] if one.keys() != other.keys() else []
        return found + [diff for key in one.keys() & other.keys() for diff in differences(one[key], other[key], f"{place}.{key}")]
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return [f"{place}: {len(one)} and {len(other)} entries"]
        pairs = enumerate(zip(one, other, strict=True))
        return [diff for at, (left, right) in pairs for diff in differences(left, right, f"{place}[{at}]")]
    return [] if _same(one, other) else [f"{place}: {one!r} and {other!r}"]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return type(one) is type(other) and one == other
    return one == other


def sorted_rows(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows in one order, whichever the engine gave."""
    return sorted((dict(sorted(row.items())) for row in records), key=lambda row: [str(value) for value in row.values()])
