"""Where an engine spells something in its own way: the one place for it. Expressions elsewhere are the same for all."""

from __future__ import annotations

import re

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.rules as rlz
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import AggGen
from ibis.backends.sql.compilers.postgres import PostgresCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.expr.types import StringValue, Value


class Bytewise(ops.Value):
    """A text that sorts and compares by its UTF-8 bytes, whatever the database's collation."""

    arg: ops.Value[dt.String]
    dtype = dt.string
    shape = rlz.shape_like("arg")


class OnClock(ops.Value):
    """An instant without a zone, moved from one zone's clock to another's."""

    arg: ops.Value[dt.Timestamp]
    source: str
    target: str
    dtype = dt.timestamp
    shape = rlz.shape_like("arg")


def bytewise(text: StringValue) -> StringValue:
    return Bytewise(text).to_expr()


def on_clock(instant: Value, source: str, target: str) -> Value:
    return OnClock(instant, source, target).to_expr()


class PostgresSpelling(PostgresCompiler):
    __slots__ = ()

    def visit_Literal(self, op, *, value, dtype):
        literal = super().visit_Literal(op, value=value, dtype=dtype)
        # Of an empty list it cannot tell what it would hold.
        return self.cast(literal, dtype) if dtype.is_array() and not value else literal

    def visit_Cast(self, op, *, arg, to):
        # It casts no truth value to a number but an integer.
        if op.arg.dtype.is_boolean() and to.is_numeric():
            arg = self.cast(arg, dt.int32)
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_Bytewise(self, op, *, arg):
        return sge.Collate(this=arg, expression=sge.to_identifier("C", quoted=True))

    def visit_OnClock(self, op, *, arg, source, target):
        return self.f.anon.timezone(target, self.f.anon.timezone(source, arg))


class SparkSpelling(PySparkCompiler):
    __slots__ = ()

    # Ibis would put a condition into each argument, and a percentile's share must be a constant.
    agg = AggGen(supports_filter=True)

    def visit_CountStar(self, op, *, arg, where):
        # Ibis sums here, and a sum of no rows is null.
        return _kept(self.f.count(sge.Star()), where)

    def visit_CountDistinct(self, op, *, arg, where):
        return _kept(self.f.count(sge.Distinct(expressions=[arg])), where)

    def visit_RegexReplace(self, op, *, arg, pattern, replacement):
        # Java writes the groups of a replacement with a dollar.
        if isinstance(replacement, sge.Literal):
            replacement = sge.Literal.string(re.sub(r"\\(\d)", r"$\1", replacement.this))
        return super().visit_RegexReplace(op, arg=arg, pattern=pattern, replacement=replacement)

    def visit_ArrayCollect(self, op, *, arg, where, order_by, include_null, distinct):
        if not order_by:
            return super().visit_ArrayCollect(
                op, arg=arg, where=where, order_by=order_by, include_null=include_null, distinct=distinct
            )
        # It collects in no order: sort pairs by their first part, then take the second.
        (key,) = order_by
        pairs = self.f.array_sort(_kept(self.f.collect_list(self.f.anon.named_struct("k", key.this, "v", arg)), where))
        pair = sge.to_identifier("pair")
        return self.f.transform(pairs, sge.Lambda(this=sge.Dot(this=pair, expression=sge.to_identifier("v")),
                                                  expressions=[pair]))

    def visit_OnClock(self, op, *, arg, source, target):
        return self.f.anon.convert_timezone(source, target, arg)


def _kept(aggregate: sge.Expression, where: sge.Expression | None) -> sge.Expression:
    return aggregate if where is None else sge.Filter(this=aggregate, expression=sge.Where(this=where))
