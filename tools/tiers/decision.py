"""Rules as data: an ordered list of outcomes with their tests, read by SQL and by people alike.

A test sets a customer's value against a threshold, both columns of one row. A rule holds when every
group of its tests has one that passes; the first rule that holds decides, and a rule without tests
takes the rest. SQL and explanation are made from the same list, so they cannot disagree.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import ibis
from ibis.expr.types import BooleanValue, StringColumn, Table

from tools.results import Frozen, Unit

Relation = Literal[">", ">=", "<=", "="]
_COMPARE = {">": operator.gt, ">=": operator.ge, "<=": operator.le, "=": operator.eq}


@dataclass(frozen=True)
class Test:
    """`value relation threshold`, the columns' names; a missing value fails."""

    __test__ = False  # no test case of pytest's

    value: str
    relation: Relation
    threshold: str
    unit: Unit

    def column(self, rows: Table) -> BooleanValue:
        return _COMPARE[self.relation](rows[self.value], rows[self.threshold])

    def check(self, row: Mapping[str, Any]) -> TestResult:
        value, threshold = row[self.value], row[self.threshold]
        known = value is not None and threshold is not None
        return TestResult(
            name=self.value, relation=self.relation, threshold_name=self.threshold, unit=self.unit, value=value,
            threshold=threshold, passed=known and _COMPARE[self.relation](value, threshold),
        )  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """An outcome and the groups of tests, one of each of which must pass."""

    outcome: str
    groups: tuple[tuple[Test, ...], ...] = ()

    def column(self, rows: Table) -> BooleanValue:
        """Whether the rule holds; it must have tests."""
        either = [reduce(operator.or_, [test.column(rows) for test in group]) for group in self.groups]
        return reduce(operator.and_, either)

    def check(self, row: Mapping[str, Any]) -> RuleResult:
        groups = [[test.check(row) for test in group] for group in self.groups]
        passed = all(any(test.passed for test in group) for group in groups)
        return RuleResult(outcome=self.outcome, passed=passed, groups=groups)


class TestResult(Frozen):
    """One test of one customer; value and threshold in `unit`."""

    __test__ = False

    name: str
    value: float | None
    relation: Relation
    threshold_name: str
    threshold: float | None
    unit: Unit
    passed: bool


class RuleResult(Frozen):
    """One rule of one customer: it holds when each group has a test that passed."""

    outcome: str
    passed: bool
    decides: bool = False
    """Whether it is the first that holds."""
    groups: list[list[TestResult]]


def decide(rows: Table, rules: Sequence[Rule]) -> StringColumn:
    """Outcome of each row: the first rule that holds; the last rule takes the rest."""
    return ibis.cases(*((rule.column(rows), rule.outcome) for rule in rules[:-1]), else_=rules[-1].outcome)


def explain(row: Mapping[str, Any], rules: Sequence[Rule]) -> list[RuleResult]:
    """Every rule in order with the row's values, and which one decides."""
    checked = [rule.check(row) for rule in rules]
    first = next(at for at, rule in enumerate(checked) if rule.passed)
    return [rule.model_copy(update={"decides": at == first}) for at, rule in enumerate(checked)]
