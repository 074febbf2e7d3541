"""Columns between Ibis' types and Arrow's, for engines whose Ibis backend reads no Arrow of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis.expr.schema import Schema

_PLAIN = {
    dt.String: pa.string(), dt.Boolean: pa.bool_(), dt.Date: pa.date32(), dt.Timestamp: pa.timestamp("us"),
    dt.Time: pa.time64("us"), dt.Int8: pa.int8(), dt.Int16: pa.int16(), dt.Int32: pa.int32(), dt.Int64: pa.int64(),
    dt.Float32: pa.float32(), dt.Float64: pa.float64(),
}  # fmt: skip
_SCALE = 4
"""Digits after the point of decimals that promise none."""


def arrow_type(kind: dt.DataType) -> pa.DataType:
    """Arrow's type for one of Ibis'."""
    if kind.is_decimal():
        return pa.decimal128(38, _SCALE if kind.scale is None else kind.scale)
    if kind.is_array():
        return pa.list_(arrow_type(kind.value_type))
    return _PLAIN[type(kind)]


def arrow_table(rows: Sequence[Sequence[Any]], schema: Schema) -> pa.Table:
    """Rows as columns of the types that an expression promises: engines widen sums and ratios as they like."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [
        pa.array([_as(kind, value) for value in column], type=arrow_type(kind))
        for kind, column in zip(schema.types, columns, strict=True)
    ]
    return pa.table(arrays, names=list(schema.names))


def tuples(found: pa.Table | pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """Rows with Python's own types."""
    return zip(*(column.to_pylist() for column in found.columns), strict=True)


def _as(kind: dt.DataType, value: Any) -> Any:
    if isinstance(value, list):
        return [_as(kind.value_type, each) for each in value]
    if not isinstance(value, Decimal):
        return value
    if kind.is_decimal():
        return round(value, arrow_type(kind).scale)
    return int(value) if kind.is_integer() else float(value)
