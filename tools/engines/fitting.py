"""Whether the columns that a mapping names are in the brand's table, and can be read as what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.datatypes as dt
from ibis.expr.types import Table

from tools.definitions import Problem
from tools.engines.mapping import ColumnSpec, Mapping
from tools.tables import table


def unfit(mapping: Mapping, name: str, source: Table) -> Iterator[Problem]:
    """Every mistake in the mapping of one canonical table, against the brand's own."""
    spec, wanted = mapping.tables[name], table(name).schema()
    for column, given in spec.columns.items():
        at = ("tables", name, "columns", column)
        if given.column and given.column not in source.columns:
            yield mapping.problem("column_absent", *at, given=given.column, table=spec.table, known=_names(source))
        elif given.column and not _readable(source[given.column].type(), wanted[column], given):
            yield mapping.problem(
                "column_type", *at, given=given.column, found=str(source[given.column].type()), column=column,
                wanted=_WORDS.get(type(wanted[column]), "text"),
            )  # fmt: skip
    for rule in ("refund", "refunded", "where"):
        tests = getattr(spec, rule) if rule == "where" else [getattr(spec, rule)]
        for place, test in enumerate(test for test in tests if test):
            if test.column not in source.columns:
                at = ("tables", name, rule, place) if rule == "where" and len(tests) > 1 else ("tables", name, rule)
                yield mapping.problem("column_absent", *at, given=test.column, table=spec.table, known=_names(source))


_WORDS = {
    dt.Decimal: "number", dt.Float64: "number", dt.Int64: "number", dt.Date: "date", dt.Timestamp: "time",
    dt.Boolean: "boolean",
}  # fmt: skip


def _readable(found: dt.DataType, wanted: dt.DataType, given: ColumnSpec) -> bool:
    if wanted.is_string() or (given.cast and found.is_string()):
        return True
    if wanted.is_boolean():
        return found.is_boolean()
    if wanted.is_numeric():
        return found.is_numeric() and not found.is_boolean()
    return found.is_date() or found.is_timestamp()


def _names(source: Table) -> str:
    return ", ".join(source.columns[:30])
