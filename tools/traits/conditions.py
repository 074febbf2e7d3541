"""Conditions over traits: what a tag is made of, and how they hold for a row of a trait table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import reduce
from typing import Literal

import ibis
from ibis.expr.types import BooleanValue, Value
from pydantic import model_validator

from tools.definitions import Strict

Op = Literal["=", "!=", ">", ">=", "<", "<=", "between", "in", "not_in"]
Scalar = bool | int | float | date | str

_COMPARE: dict[str, Callable[[Value, Value], BooleanValue]] = {
    "=": lambda left, right: left == right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}
OPPOSITE: dict[str, Op] = {"!=": "=", "not_in": "in"}
ORDERED = (">", ">=", "<", "<=", "between")


class Other(Strict):
    """Another trait of the same customer, times a factor for numbers."""

    trait: str
    window: str = ""
    times: float = 1


class Condition(Strict):
    """A trait compared with a value, a list of values or another trait.

    `between` takes its two ends, both included; `in` and `not_in` a list, of which a list trait holds at
    least one, or none. A trait without a value meets `!=` and `not_in` only, so that each condition is
    true or false and `!=` is the opposite of `=`.
    """

    trait: str
    op: Op
    value: Scalar | list[Scalar] | None = None
    window: str = ""
    than: Other | None = None

    @model_validator(mode="after")
    def _fits(self) -> Condition:
        if (self.value is None) == (self.than is None):
            raise ValueError("give either a value, or another trait under 'than'")
        if self.op in ("in", "not_in", "between"):
            if not isinstance(self.value, list) or not self.value:
                raise ValueError(f"'{self.op}' takes a list of values")
            if self.op == "between" and len(self.value) != 2:
                raise ValueError("'between' takes two values")
        elif isinstance(self.value, list):
            raise ValueError(f"'{self.op}' takes one value")
        return self

    @property
    def given(self) -> list[Scalar]:
        """Its values as a list; empty where it compares with another trait."""
        if self.value is None:
            return []
        return self.value if isinstance(self.value, list) else [self.value]


class Rule(Strict):
    """Holds where every condition of `all` does and, if there are any, one of `any`."""

    all: list[Condition] = []
    any: list[Condition] = []

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        if not self.conditions:
            raise ValueError("needs a condition under 'all' or 'any'")
        return self

    @property
    def conditions(self) -> list[Condition]:
        return [*self.all, *self.any]


def meets(condition: Condition, left: Value, other: Value | None = None) -> BooleanValue:
    """Whether a row meets a condition: never null. `left` is its trait, `other` the trait of `than`."""
    op = OPPOSITE.get(condition.op, condition.op)
    values = [ibis.literal(value) for value in condition.given]
    if op == "between":
        held = left.between(*values)
    elif op == "in":
        held = _any(map(left.contains, values)) if left.type().is_array() else left.isin(values)
    elif other is None:
        held = _COMPARE[op](left, values[0])
    elif condition.than.times == 1:
        held = _COMPARE[op](left, other)
    else:
        # A factor is no exact number: compared to the places that money carries.
        held = _COMPARE[op](left.cast("float64").round(4), (other.cast("float64") * condition.than.times).round(4))
    held = held.fill_null(False)
    return held if op == condition.op else ~held


def _any(conditions: Iterable[BooleanValue]) -> BooleanValue:
    return reduce(lambda one, more: one | more, conditions)


def holds(rule: Rule, value_of: Callable[[str, str], Value]) -> BooleanValue:
    """Whether a row meets a rule; `value_of(trait, window)` gives a trait's column."""

    def met(condition: Condition) -> BooleanValue:
        than = condition.than
        other = value_of(than.trait, than.window) if than else None
        return meets(condition, value_of(condition.trait, condition.window), other)

    some = [met(condition) for condition in rule.any]
    parts = [met(condition) for condition in rule.all]
    parts += [_any(some)] if some else []
    return reduce(lambda one, more: one & more, parts)
