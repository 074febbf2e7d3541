"""The Ibis expression of one or more metrics of a relation, split and filtered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import reduce
from operator import and_

import ibis
from ibis.expr.types import BooleanColumn, NumericScalar, Table

from tools.catalog import Measure, Range, RatioMetric
from tools.dimensions import Scope, with_dimensions
from tools.question import Question
from tools.relations import Relation


def expression(questions: list[Question], scope: Scope) -> Table:
    """One row a cell: the columns of `by`, and for each metric its value, its `_n`, and a rate's `_top` and `_bottom`.

    The questions share relation, split, filters and window.
    """
    first = questions[0]
    over = first.metric.over
    rows = dimensioned(first, scope)
    others = kept(rows, {name: values for name, values in first.where.items() if name != over})
    chosen = kept(others, {name: values for name, values in first.where.items() if name == over})
    answer = _shares(chosen, others, first, scope) if over else _aggregate(chosen, questions, scope)
    # Should the row cap cut, the smallest groups go.
    return answer.order_by(answer[f"{first.metric.name}_n"].desc(), *first.by) if first.by else answer


def dimensioned(question: Question, scope: Scope) -> Table:
    """The relation's rows with every dimension that the question names."""
    return with_dimensions(question.relation.build(scope), scope, first_order=question.relation.place == "first")


def kept(rows: Table, where: dict[str, list[str | date]]) -> Table:
    """Rows whose dimensions hold one of the values."""
    tests = [rows[name].isin([ibis.literal(value) for value in values]) for name, values in where.items()]
    return rows.filter(tests) if tests else rows


def each_customer(rows: Table, question: Question, scope: Scope) -> Table:
    """One row a cell and customer that the figure looks at, with the size of their `part` in it; 0 where none adds."""
    metric, relation = question.metric, question.relation
    if relation.shape:
        rows = relation.shape(rows, question.by, scope)
    measure = metric.bottom if isinstance(metric, RatioMetric) else getattr(metric, "value", None)
    keep = _conditions(rows, measure) if measure else None
    rows = rows.filter(keep) if keep is not None else rows
    adds = metric.type == "measure" and measure.agg in ("sum", "count", "orders", "customers")
    part = _measure(rows, measure, relation, scope).cast("float64").abs() if adds else ibis.literal(0.0)
    return rows.group_by([*question.by, "customer_id"]).agg(part=part)


def _aggregate(rows: Table, questions: list[Question], scope: Scope) -> Table:
    first = questions[0]
    if first.relation.shape:
        rows = first.relation.shape(rows, first.by, scope)
    figures: dict[str, NumericScalar] = {}
    for question in questions:
        figures |= _figures(rows, question, scope)
    return rows.group_by(list(first.by)).agg(**figures) if first.by else rows.agg(**figures)


def _figures(rows: Table, question: Question, scope: Scope) -> dict[str, NumericScalar]:
    metric, relation = question.metric, question.relation
    base = {f"{metric.name}_n": _base(rows, question, scope)}
    if not isinstance(metric, RatioMetric):
        return {metric.name: _measure(rows, metric.value, relation, scope), **base}
    top, bottom = (_measure(rows, part, relation, scope).cast("float64") for part in (metric.top, metric.bottom))
    value = (top.fill_null(0) if metric.top.agg == "sum" else top) / bottom.nullif(0)
    sides = {f"{metric.name}_top": top, f"{metric.name}_bottom": bottom} if question.decomposes else {}
    return {metric.name: value, **base, **sides}


def _base(rows: Table, question: Question, scope: Scope) -> NumericScalar:
    """Rows behind the figure: those that its measure, or the ratio's bottom, looks at."""
    metric = question.metric
    measure = metric.bottom if isinstance(metric, RatioMetric) else metric.value
    agg = "orders" if question.relation.orders else "count"
    return _measure(rows, Measure(agg=agg, where=measure.where), question.relation, scope)


def _measure(rows: Table, measure: Measure, relation: Relation, scope: Scope) -> NumericScalar:
    keep = _conditions(rows, measure)
    if measure.agg == "orders" and scope.stored:
        return rows.orders.sum(where=keep).fill_null(0).cast("int64")
    if measure.agg == "orders":
        return rows.order_id.nunique(where=keep) if scope.lines else rows.count(where=keep)
    if measure.agg == "count":
        return rows.count(where=keep)
    if measure.agg == "customers":
        return rows.customer_id.nunique(where=keep)
    if measure.agg == "days":
        return rows.day.nunique(where=keep)
    column = rows[measure.column]
    if measure.agg == "sum":
        return column.sum(where=keep)
    if measure.agg == "mean":
        # A decimal sum does not depend on row order; a mean of floats would.
        return column.sum(where=keep).cast("float64") / column.count(where=keep).nullif(0)
    return column.cast("float64").median(where=keep)


def _conditions(rows: Table, measure: Measure) -> BooleanColumn | None:
    tests = []
    for name, wanted in measure.where.items():
        column = rows[name]
        if not isinstance(wanted, Range):
            tests.append(column == wanted)
            continue
        tests += [column >= wanted.min] if wanted.min is not None else []
        tests += [column <= wanted.max] if wanted.max is not None else []
    return reduce(and_, tests) if tests else None


def _shares(chosen: Table, rows: Table, question: Question, scope: Scope) -> Table:
    """Each cell's measure over the same measure without the dimension that the share is over."""
    name = question.metric.name
    others = tuple(dimension for dimension in question.by if dimension != question.metric.over)
    cells = _aggregate(chosen, [question], scope)
    whole = _aggregate(rows, [replace(question, by=others)], scope)
    whole = whole.rename(whole=name, whole_n=f"{name}_n")
    joined = cells.join(whole, others, rname="{name}_whole") if others else cells.cross_join(whole)
    share = joined[name].cast("float64") / joined.whole.cast("float64").nullif(0)
    return joined.select(*question.by, **{name: share, f"{name}_n": joined.whole_n})
