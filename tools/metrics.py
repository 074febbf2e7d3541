"""Answers questions: a query for each relation behind a metric, its cells read, rates and lifts worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import fsum

from ibis import _
from ibis.expr.types import Table

from tools.catalog import LiftMetric, QuotientMetric
from tools.compiled import EXPRESSIONS
from tools.dimensions import PROFILE, Scope
from tools.lift import Arm, combined, mean_effect, share_effect
from tools.metric_expression import dimensioned, expression, kept
from tools.question import Cell, Cells, Key, Question
from tools.relations.orders import stored_for
from tools.rfm import builtin
from tools.small_groups import Crowd, coarse, crowds
from tools.tiers import TierRules, rules_from_gaps
from tools.tiers.history import TierHistory
from tools.warehouse import Warehouse


@dataclass(frozen=True)
class Answer:
    """A question's parts and the figure over all of them."""

    total: Cell
    parts: Cells


class MetricEngine:
    """Answers questions on one warehouse."""

    def __init__(self, warehouse: Warehouse, tiers: TierHistory) -> None:
        self._warehouse = warehouse
        self._tiers = tiers

    def answer(self, question: Question) -> Answer:
        """Parts and total; where the parts add up the total is their sum, else it is asked for."""
        parts = self.ask([question])[0]
        cells = parts.cells.values()
        if question.metric.over in question.by and question.metric.over not in question.where:
            # All shares together make 100 %: there is no headline.
            return Answer(Cell(None, max((cell.n for cell in cells), default=0)), parts)
        if not question.by:
            return Answer(parts.cells.get((), Cell(None, 0)), replace(parts, cells={}))
        if question.adds_up and not parts.truncated:
            return Answer(Cell(fsum(cell.value for cell in cells), sum(cell.n for cell in cells)), parts)
        return Answer(self.answer(question.total()).total, parts)

    def ask_all(self, questions: list[Question]) -> list[Cells]:
        """Answer questions with the same split, filters and window, with one query a relation."""
        together: dict[str, list[Question]] = defaultdict(list)
        for question in questions:
            metric = question.metric
            alone = metric.over or isinstance(metric, QuotientMetric | LiftMetric)
            together[metric.name if alone else metric.of].append(question)
        found = {
            question.metric.name: cells
            for alike in together.values()
            for question, cells in zip(alike, self.ask(alike), strict=True)
        }
        return [found[question.metric.name] for question in questions]

    def ask(self, questions: list[Question]) -> list[Cells]:
        """Answer questions that share relation, split, filters and window with one query."""
        metric = questions[0].metric
        if isinstance(metric, QuotientMetric):
            return [self._quotient(metric, question) for question in questions]
        if isinstance(metric, LiftMetric):
            return [self._lift(metric, question) for question in questions]
        rows = self._warehouse.run(self.expression(questions))
        return [
            self._shown(
                Cells({_key(row, question): _cell(row, question) for row in rows.records}, rows.sql, rows.truncated),
                question,
            )
            for question in questions
        ]

    def expression(self, questions: list[Question]) -> Table:
        """One Ibis expression with the columns of `by`, and for each metric its value and n."""
        scope = self._scope(questions)
        # Built once for the same values: that takes longer than most queries run.
        return EXPRESSIONS.get(_values(questions, scope), lambda: expression(questions, scope))

    def _quotient(self, metric: QuotientMetric, question: Question) -> Cells:
        """One metric divided by another, cell by cell; where one of them has no row, nothing adds up to zero."""
        above, below = question.parts
        tops, bottoms = self.ask([above])[0], self.ask([below])[0]
        sides = {
            key: (tops.cells.get(key, above.nothing), bottoms.cells.get(key, below.nothing))
            for key in dict.fromkeys([*tops.cells, *bottoms.cells])
        }
        # A cell with nothing on either side has no figure, and no place in the table.
        cells = {
            key: _divided(top, bottom, metric.less)
            for key, (top, bottom) in sides.items()
            if top.value or bottom.value or not key
        }
        sql = ";\n\n".join(dict.fromkeys([tops.sql, bottoms.sql]))
        return Cells(cells, sql, tops.truncated or bottoms.truncated)

    def _lift(self, metric: LiftMetric, question: Question) -> Cells:
        rows = self._warehouse.run(self._arms(metric, question))
        arms: dict[Key, dict[str, dict[str, Arm]]] = defaultdict(lambda: defaultdict(dict))
        for row in rows.records:
            arm = Arm(int(row["n"]), float(row["total"] or 0), float(row["squares"] or 0))
            arms[_key(row, question)][row["campaign_id"]][row["arm"]] = arm
        cells = {key: _lifted(metric, list(campaigns.values())) for key, campaigns in arms.items()}
        return self._shown(Cells(cells, rows.sql, rows.truncated), question)

    def _shown(self, found: Cells, question: Question) -> Cells:
        """What whoever asks may see of it."""
        if not question.coarse:
            return found
        rows = self._warehouse.run(crowds(question, replace(self._scope([question]), stored="")))
        told = {_key(row, question): Crowd(int(row["people"]), float(row["weight"] or 0)) for row in rows.records}
        return replace(found, cells=coarse(found.cells, told, question))

    def _arms(self, metric: LiftMetric, question: Question) -> Table:
        """One row a cell, campaign and arm: customers, sum and sum of squares of the outcome."""
        rows = kept(dimensioned(question, self._scope([question])), question.where)
        rows = rows.mutate(outcome=rows[metric.column].cast("float64"))
        groups = list(dict.fromkeys([*question.by, "campaign_id", "arm"]))
        sums = rows.group_by(groups).agg(n=_.count(), total=_.outcome.sum(), squares=(_.outcome * _.outcome).sum())
        return sums.order_by(sums.n.desc(), *groups)

    def _scope(self, questions: list[Question]) -> Scope:
        question = questions[0]
        columns = frozenset().union(*(each.metric.columns for each in questions))
        return Scope(
            start=question.window.start, end=question.window.end, first_day=self._warehouse.first_day,
            last_day=self._warehouse.last_day, rules=self._rules, frozen=self._frozen, scoring=self._tiers.scoring,
            columns=columns, dimensions=question.dimensions, city_of_customer=question.city_of_customer,
            lines=any(each.lines for each in questions), stored=self._stored(questions, columns),
        )  # fmt: skip

    def _stored(self, questions: list[Question], columns: frozenset[str]) -> str:
        """Table of facts in which what is asked of orders stands; "" for none."""
        first, last = questions[0], self._warehouse.last_day
        measures = [measure for each in questions for measure in each.metric.measures]
        plain = (
            self._warehouse.keeps_facts
            and all(each.metric.of == "sales" and not each.lines for each in questions)
            and all(measure.agg in ("sum", "orders") and not measure.where for measure in measures)
            and not ("city" in first.dimensions and first.city_of_customer)
        )
        if not plain:
            return ""
        cells = self._warehouse.has_cells(last, self._rules.version)
        return stored_for(first.window.start, first.window.end, first.dimensions, columns, last, cells=cells)

    @property
    def _rules(self) -> TierRules:
        # Without orders nobody is in a tier, so that any rules do.
        return self._tiers.rules if self._warehouse.has("orders") else rules_from_gaps(None)

    @property
    def _frozen(self) -> frozenset[date]:
        return self._tiers.frozen if self._warehouse.has("orders") else frozenset()


def _values(questions: list[Question], scope: Scope) -> Hashable:
    told = [
        (each.metric.model_dump_json(), each.by, tuple((name, tuple(kept)) for name, kept in each.where.items()),
         each.window, each.order_city, each.home_city, each.of_lines)
        for each in questions
    ]  # fmt: skip
    # How RFM is scored is a file of the brand's, which may change while the data does not.
    scoring = scope.scoring().version if set(PROFILE) & {*scope.dimensions} else ""
    return "metric", tuple(told), replace(scope, scoring=builtin), scoring


def _plain(value: object) -> str | date | None:
    # DuckDB truncates a date to a timestamp.
    return value.date() if isinstance(value, datetime) else value


def _key(row: dict, question: Question) -> Key:
    return tuple(_plain(row[name]) for name in question.by)


def _cell(row: dict, question: Question) -> Cell:
    name = question.metric.name
    value, n = row[name], int(row[f"{name}_n"] or 0)
    if value is None and question.metric.type == "measure" and question.metric.value.agg == "sum":
        value = 0  # The sum of no rows.
    sides = {side: float(row[f"{name}_{side}"] or 0) for side in ("top", "bottom") if f"{name}_{side}" in row}
    return Cell(None if value is None else float(value), n, **sides)


def _divided(top: Cell, bottom: Cell, less: float) -> Cell:
    n = max(top.n, bottom.n)
    if top.value is None or not bottom.value:
        return Cell(None, n, top=top.value, bottom=bottom.value)
    value, low, high = (None if x is None else x / bottom.value - less for x in (top.value, top.low, top.high))
    return Cell(value, n, top=top.value, bottom=bottom.value, low=low, high=high)


def _lifted(metric: LiftMetric, campaigns: list[dict[str, Arm]]) -> Cell:
    """The effect over campaigns with both arms; those without a holdout cannot tell and are left out."""
    both = [(arms["treated"], arms["holdout"]) for arms in campaigns if {"treated", "holdout"} <= arms.keys()]
    if not both:
        return Cell(None, 0)
    one = share_effect if metric.interval == "newcombe" else mean_effect
    treated = sum(arm.n for arm, _ in both)
    effect = combined([one(*arms) for arms in both], [arm.n for arm, _ in both])
    effect = effect.times(treated) if metric.total else effect
    return Cell(effect.value, treated + sum(arm.n for _, arm in both), low=effect.low, high=effect.high)
