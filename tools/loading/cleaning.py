"""Staged text to typed columns: temporary table `parsed`, one column a field of the table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tools.loading import currencies, dates, ids, numbers, values
from tools.loading.columns import Recognised, rules, short_name, unit_of
from tools.loading.report import Note
from tools.loading.sheet import Sheet
from tools.loading.staging import digest, drop_aside, move_aside, settle
from tools.loading.strays import set_strays_aside
from tools.loading.texts import Tidy, tidy
from tools.schema import MONEY, TABLES

_HELPERS = {"ordered_at": "TIMESTAMP", "status": "VARCHAR", "refund_status": "VARCHAR", "refunded": "BOOLEAN",
            "refund_amount": MONEY, "currency": "VARCHAR", "line_id": "VARCHAR",
            "channel": "VARCHAR", "city": "VARCHAR", "region": "VARCHAR"}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One sheet with everything that was settled about it before reading its rows."""

    sheet: Sheet
    reading: Recognised
    sha256: str
    formats: dict[str, str] = dataclasses.field(default_factory=dict)
    """Field -> how its cells are written, as the user gave it: "%d/%m/%y", "decimal-comma", "00000"."""
    currency: str = ""
    """Of the workspace's amounts; "" while it is open."""
    free_orders: bool = False
    """Whether orders of amount 0 count."""

    @property
    def table(self) -> str:
        return self.reading.rule.name

    def has(self, *names: str) -> bool:
        return all(name in self.reading.taken for name in names)

    def name_of(self, field: str) -> str:
        """The file's column that a field was taken from."""
        return self.sheet.names[self.reading.taken[field]]

    def flag_of(self, field: str) -> str:
        """The field as one types it after --map."""
        return short_name(self.reading.rule, field)


    def cell(self, field: str) -> str:
        """What the cells of a field are by the file's own types, where that suits the field: see `Sheet.kinds`."""
        kind = self.sheet.kinds.get(self.reading.taken[field], "")
        return kind if kind in _SUITS.get(kind_of(self.table, field), ()) else ""


_NUMBERS = ("double", "number", "whole")
_SUITS = {
    "TIMESTAMP": ("time",), "DATE": ("time",), MONEY: _NUMBERS, "DOUBLE": _NUMBERS,
    "BOOLEAN": ("flag",), "VARCHAR": ("whole",),
}  # fmt: skip


def kind_of(table: str, field: str) -> str:
    return TABLES[table].get(field) or _HELPERS[field]


def parse(con: duckdb.DuckDBPyConnection, source: Source, *, loaded_at: datetime, timezone: str) -> list[Note]:
    """Fill `parsed` (row_number, digest, every field of the table, bad_<field> flags) from `stage`.

    Of a Parquet file it is a view, unless cells of text must be read as dates or numbers.

    Rows that are no data, or of no use in any table, go to `aside`. Raises BadArgument when a
    column's days and months, or its decimals, can be read in two ways, or its amounts are in
    another currency than the workspace's.
    """
    texts = _tidy(con, source)
    set_strays_aside(con, source.sheet, source.reading, texts)
    _clean(con, source, texts)
    ids_taken = [field for field in source.reading.taken if field.endswith("_id")]
    notes = [note for field in ids_taken for note in _check_ids(con, source, field, texts.get(field))]
    if source.has("amount"):
        notes += currencies.settle(
            con, has_column=source.has("currency"), typed=bool(source.cell("amount")),
            name=source.name_of("amount"), file=source.sheet.source, currency=source.currency,
        )  # fmt: skip
    columns, joins = [], []
    for field in source.reading.rule.columns:
        kind = kind_of(source.table, field)
        if field not in source.reading.taken:
            columns += [f"NULL::{kind} AS {field}", f"false AS bad_{field}"]
            continue
        expression, remarks = _typed(con, source, field, loaded_at, timezone)
        notes += remarks
        if source.cell(field) and kind != "VARCHAR":
            columns += [f"{expression} AS {field}", f"({field} IS NOT NULL AND {expression} IS NULL) AS bad_{field}"]
            continue
        if kind == "VARCHAR":
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
    what = "VIEW" if source.sheet.parquet and not joins else "TABLE"
    con.execute(
        f"CREATE TEMP {what} parsed AS SELECT row_number, digest, {', '.join(columns)} FROM cleaned {' '.join(joins)}"
    )
    return notes


def _tidy(con: duckdb.DuckDBPyConnection, source: Source) -> dict[str, Tidy]:
    """The fields of text that are read as they are."""
    taken = source.reading.taken
    columns = {
        field: f"c{at}" for field, at in taken.items()
        if kind_of(source.table, field) == "VARCHAR" and at not in source.sheet.kinds
    }  # fmt: skip
    return tidy(con, columns, lambda field: _cleaned(source, field, taken[field]))


def _clean(con: duckdb.DuckDBPyConnection, source: Source, texts: Mapping[str, Tidy]) -> None:
    """Make `cleaned`: row_number, digest and each field's trimmed text, NULL where a cell says nothing.

    Cells that are what they should be by type stay as they are.
    """
    taken = source.reading.taken.items()
    read = {field: f"c{at}" if field in texts else _cleaned(source, field, at) for field, at in taken}
    cells = ", ".join(f"{cell} AS {field}" for field, cell in read.items())
    folded = [f"{dates.date_text(field)} AS {field}" for field, _at in taken if _is_written_time(source, field)]
    what = "VIEW" if source.sheet.parquet else "TABLE"
    con.execute(
        f"CREATE TEMP {what} cleaned AS "
        f"SELECT * {f'REPLACE ({chr(44).join(folded)})' if folded else ''} FROM "
        f"(SELECT row_number, {digest(len(source.sheet.headers))} AS digest, {cells} FROM stage)"
    )


def _is_written_time(source: Source, field: str) -> bool:
    return kind_of(source.table, field) in ("TIMESTAMP", "DATE") and not source.cell(field)


def _cleaned(source: Source, field: str, at: int) -> str:
    kind, cell = kind_of(source.table, field), source.cell(field)
    if cell == "double":
        return f"nullif(c{at}, 'nan'::DOUBLE)"
    if cell and kind != "VARCHAR":
        return f"c{at}"
    text = f"CAST(c{at} AS VARCHAR)" if at in source.sheet.kinds else f"c{at}"
    # What a program wrote as a number has nothing to trim.
    bare = text if at in source.sheet.numeric else values.trimmed(text)
    told = values.present(bare)
    if field == "customer_id":
        told = f"CASE WHEN NOT {values.is_one(bare, rules()['nobody'])} THEN {told} END"
    return f"CASE WHEN {values.plain(text)} THEN {text} ELSE {told} END"


def _check_ids(con: duckdb.DuckDBPyConnection, source: Source, field: str, tidied: Tidy | None) -> list[Note]:
    """Mend, set aside or point out what happened to a column of ids on its way here."""
    name, zeros = source.name_of(field), source.formats.get(field)
    decimals, lost = (0, 0) if tidied and tidied.words is None else ids.damaged(con, field)
    if decimals or lost or zeros:
        settle(con, "cleaned")
    notes = []
    if decimals:
        con.execute(f"UPDATE cleaned SET {field} = {ids.whole(field)} WHERE {ids.was_decimal(field)}")
        notes.append(Note(key="ids_were_floats", params={"column": name}))
    if lost and (field in ("customer_id", "order_id") or [field] in source.reading.rule.needs):
        move_aside(con, "unusable_id", f"row_number IN (SELECT row_number FROM cleaned WHERE {ids.unusable(field)})")
        drop_aside(con, "cleaned")
    elif lost:
        con.execute(f"UPDATE cleaned SET {field} = NULL WHERE {ids.unusable(field)}")
        notes.append(Note(key="unusable_ids", params={"column": name, "count": lost}))
    if zeros:
        con.execute(f"UPDATE cleaned SET {field} = {ids.padded(field, zeros)}")
        return notes
    return notes + ids.lost_zeros(con, source.table, field, flag=source.flag_of(field), name=name)


def _typed(
    con: duckdb.DuckDBPyConnection, source: Source, field: str, loaded_at: datetime, timezone: str
) -> tuple[str, list[Note]]:
    kind = kind_of(source.table, field)
    if source.cell(field):
        return _by_type(source, field, kind), []
    if kind in ("TIMESTAMP", "DATE"):
        style, notes = _date_style(con, source, field, loaded_at, timezone)
        return f"CAST({dates.timestamp(field, style)} AS {kind})", notes
    if kind in ("DOUBLE", MONEY):
        read = values.double if kind == "DOUBLE" else values.money
        unit = unit_of(source.sheet.headers[source.reading.taken[field]])
        return read(field, comma=_has_decimal_comma(con, source, field), unit=unit), []
    if kind == "BOOLEAN":
        return values.boolean(field), []
    if field == "arm":
        return f"CASE WHEN lower(arm) IN ({values.words('holdout')}) THEN 'holdout' ELSE 'treated' END", []
    return field, []


def _by_type(source: Source, field: str, kind: str) -> str:
    """SQL for cells that are times, numbers or flags by the file's own types."""
    if kind in ("TIMESTAMP", "DATE"):
        return f"CAST({dates.plausible(f'CAST({field} AS TIMESTAMP)')} AS {kind})"
    if kind in ("DOUBLE", MONEY):
        unit = unit_of(source.sheet.headers[source.reading.taken[field]])
        return values.typed(field, kind, unit=unit)
    return field


def _has_decimal_comma(con: duckdb.DuckDBPyConnection, source: Source, field: str) -> bool:
    if given := source.formats.get(field):
        return given == numbers.COMMA
    if source.reading.taken[field] in source.sheet.numeric:
        return False
    return numbers.settle(con, field, flag=source.flag_of(field), name=source.name_of(field)) == numbers.COMMA


def _date_style(
    con: duckdb.DuckDBPyConnection, source: Source, field: str, loaded_at: datetime, timezone: str
) -> tuple[dates.DateStyle, list[Note]]:
    if field in source.formats:
        return dates.style_of(source.formats[field], timezone), []
    name, latest = source.name_of(field), loaded_at.isoformat(" ")
    order = dates.settle(con, "cleaned", field, latest=latest, flag=source.flag_of(field), name=name)
    zoned, local = con.execute(
        f"SELECT count(*) FILTER (WHERE zoned), count(*) FILTER (WHERE NOT zoned AND contains({field}, ':')) "
        f"FROM (SELECT {field}, regexp_matches({field}, '{dates.ZONED}') AS zoned FROM cleaned)"
    ).fetchone() or (0, 0)
    params = {"column": name, "timezone": timezone, "zoned": zoned, "local": local}
    style = dates.DateStyle(order=order, timezone=timezone)
    return style, [Note(key="mixed_zones" if local else "zoned_times", params=params)] if zoned else []
