"""Where an engine spells something in its own way: the one place for it. Expressions elsewhere are the same for all."""

from __future__ import annotations

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.rules as rlz
import sqlglot.expressions as sge
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

    def visit_OnClock(self, op, *, arg, source, target):
        return self.f.anon.convert_timezone(source, target, arg)
