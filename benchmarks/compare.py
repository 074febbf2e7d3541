"""Whether both sides found the same figures: the benchmark counts only where they did."""

from __future__ import annotations

from math import isclose
from typing import Any


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Places where two trees of figures differ; sums of floats may differ in the last places."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [*one, *(key for key in other if key not in one)]
        return [place for key in keys for place in differences(one.get(key), other.get(key), f"{at}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [place for number, (a, b) in pairs for place in differences(a, b, f"{at}/{number}")]
    if _is_number(one) and _is_number(other):
        return [] if isclose(one, other, rel_tol=1e-9, abs_tol=1e-6) else [f"{at}: {one} / {other}"]
    return [] if one == other else [f"{at}: {one} / {other}"]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
