"""Staged text to typed columns: temporary table `parsed`, one column a field of the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from tools.loading import dates, values
from tools.loading.columns import Recognised, short_name
from tools.loading.reading import Sheet
from tools.loading.report import Note
from tools.schema import TABLES

_HELPERS = {"ordered_at": "TIMESTAMP", "status": "VARCHAR", "refund_status": "VARCHAR", "refunded": "BOOLEAN",
            "channel": "VARCHAR", "city": "VARCHAR", "region": "VARCHAR"}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One sheet with everything that was settled about it before reading its rows."""

    sheet: Sheet
    reading: Recognised
    sha256: str
    date_format: tuple[str, str] = ("", "")
    """Field and strptime format that the user gave for it."""

    @property
    def table(self) -> str:
        return self.reading.rule.name

    def has(self, *names: str) -> bool:
        return all(name in self.reading.taken for name in names)

    def name_of(self, field: str) -> str:
        """The file's column that a field was taken from."""
        return self.sheet.names[self.reading.taken[field]]


def kind_of(table: str, field: str) -> str:
    return TABLES[table].get(field) or _HELPERS[field]


def parse(con: duckdb.DuckDBPyConnection, source: Source, *, loaded_at: datetime, timezone: str) -> list[Note]:
    """Fill `parsed` (row_number, digest, every field of the table, bad_<field> flags) from `stage`.

    Raises BadArgument `unclear_date` when a column's day and month cannot be told apart.
    """
    taken = source.reading.taken
    trimmed = ", ".join(f"{values.trimmed(f'c{at}')} AS {field}" for field, at in taken.items())
    cleaned = ", ".join(f"{_cleaned(source, field)} AS {field}" for field in taken)
    cells = ", ".join(f"coalesce(c{at}, '')" for at in range(len(source.sheet.headers)))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE cleaned AS SELECT row_number, digest, {cleaned} "
        f"FROM (SELECT row_number, md5(concat_ws(chr(31), {cells})) AS digest, {trimmed} FROM stage)"
    )
    columns, joins, notes = [], [], []
    for field in source.reading.rule.columns:
        if field not in taken:
            columns += [f"NULL::{kind_of(source.table, field)} AS {field}", f"false AS bad_{field}"]
            continue
        expression, remarks = _typed(con, source, field, loaded_at, timezone)
        notes += remarks
        if kind_of(source.table, field) == "VARCHAR":
            columns += [f"{expression} AS {field}", f"false AS bad_{field}"]
            continue
        # Each distinct text is parsed once: columns of a million rows hold far fewer dates and prices.
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE values_{field} AS SELECT {field} AS text, {expression} AS value "
            f"FROM (SELECT DISTINCT {field} FROM cleaned WHERE {field} IS NOT NULL)"
        )
        joins.append(f"LEFT JOIN values_{field} ON cleaned.{field} = values_{field}.text")
        columns.append(f"values_{field}.value AS {field}")
        columns.append(f"(cleaned.{field} IS NOT NULL AND values_{field}.value IS NULL) AS bad_{field}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE parsed AS "
        f"SELECT row_number, digest, {', '.join(columns)} FROM cleaned {' '.join(joins)}"
    )
    return notes + _unparsed(con, source)


def _cleaned(source: Source, field: str) -> str:
    text = values.present(field)
    return dates.date_text(text) if kind_of(source.table, field) in ("TIMESTAMP", "DATE") else text


def _typed(
    con: duckdb.DuckDBPyConnection, source: Source, field: str, loaded_at: datetime, timezone: str
) -> tuple[str, list[Note]]:
    kind = kind_of(source.table, field)
    if kind in ("TIMESTAMP", "DATE"):
        style, notes = _date_style(con, source, field, loaded_at, timezone)
        return f"CAST({dates.timestamp(field, style)} AS {kind})", notes
    if kind == "DOUBLE":
        return values.double(field), []
    if kind == "BOOLEAN":
        return values.boolean(field), []
    if kind.startswith("DECIMAL"):
        return values.money(field, source.sheet.headers[source.reading.taken[field]]), []
    if field == "arm":
        return f"CASE WHEN lower(arm) IN ({values.words('holdout')}) THEN 'holdout' ELSE 'treated' END", []
    if field.endswith("_id") and _all_floats(con, field):
        return values.whole_id(field), [Note(key="ids_were_floats", params={"column": source.name_of(field)})]
    return field, []


def _all_floats(con: duckdb.DuckDBPyConnection, field: str) -> bool:
    found = con.execute(f"SELECT bool_and(regexp_full_match({field}, '\\d+\\.0')) FROM cleaned").fetchone()
    return bool(found and found[0])


def _date_style(
    con: duckdb.DuckDBPyConnection, source: Source, field: str, loaded_at: datetime, timezone: str
) -> tuple[dates.DateStyle, list[Note]]:
    if source.date_format[0] == field:
        return dates.style_of(source.date_format[1], timezone), []
    flag = short_name(source.reading.rule, field)
    order = dates.settle(con, "cleaned", field, latest=loaded_at.isoformat(" "), flag=flag, name=source.name_of(field))
    zoned = con.execute(rf"SELECT bool_or(regexp_matches({field}, '{dates.ZONED}')) FROM cleaned").fetchone()
    note = Note(key="zoned_times", params={"column": source.name_of(field), "timezone": timezone})
    return dates.DateStyle(order=order, timezone=timezone), [note] if zoned and zoned[0] else []


def _unparsed(con: duckdb.DuckDBPyConnection, source: Source) -> list[Note]:
    """Count cells of optional columns that could not be read; their rows stay, without the value."""
    optional = [name for name in source.reading.taken if name in source.reading.rule.columns]
    optional = [name for name in optional if [name] not in source.reading.rule.needs]
    if not optional:
        return []
    sums = ", ".join(f"count(*) FILTER (WHERE bad_{name})" for name in optional)
    counts = con.execute(f"SELECT {sums} FROM parsed").fetchone()
    return [
        Note(key="unread_cells", params={"column": source.name_of(name), "count": count})
        for name, count in zip(optional, counts or (), strict=True)
        if count
    ]
