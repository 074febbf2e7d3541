"""What the parsed values say about the file: cells that could not be read, amounts far above all others."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from tools.loading.cleaning import Source, kind_of
from tools.loading.report import Note


def remarks(con: duckdb.DuckDBPyConnection, source: Source) -> list[Note]:
    """Notes on `parsed`: unread cells of optional columns, whose rows stay without the value, and outliers."""
    optional = [name for name in source.reading.taken if name in source.reading.rule.columns]
    optional = [name for name in optional if [name] not in source.reading.rule.needs]
    optional = [name for name in optional if kind_of(source.table, name) != "VARCHAR"]
    sums = [f"count(*) FILTER (WHERE bad_{name})" for name in optional]
    if source.has("amount"):
        sums += ["count(*) FILTER (WHERE amount > 0)", "max(amount)"]
    if not sums:
        return []
    # One look for all of them: reading the cells is most of the work.
    found = con.execute(f"SELECT {', '.join(sums)} FROM parsed").fetchall()[0]
    notes = [
        Note(key="unread_cells", params={"column": source.name_of(name), "count": count})
        for name, count in zip(optional, found, strict=False)
        if count
    ]
    return notes + (_outliers(con, source, *found[-2:]) if source.has("amount") else [])


def _outliers(con: duckdb.DuckDBPyConnection, source: Source, count: int, largest: Decimal) -> list[Note]:
    """Amounts above ten times the 99.9th percentile (the lower neighbour, so that one huge value cannot hide)."""
    if count < 3:
        return []
    above = count - int(0.999 * (count - 1))
    # Counting costs less than sorting, and hardly any file has outliers.
    ((near,),) = con.execute("SELECT count(*) FROM parsed WHERE amount >= ?", [largest / 10]).fetchall()
    if near >= above:
        return []
    ((usual,),) = con.execute(
        f"SELECT min(amount) FROM (SELECT amount FROM parsed WHERE amount > 0 ORDER BY amount DESC LIMIT {above})"
    ).fetchall()
    ((outliers, shown, row),) = con.execute(
        "SELECT count(*), max(amount)::VARCHAR, min(row_number) FROM parsed WHERE amount > 10 * ?", [usual]
    ).fetchall()
    params = {"column": source.name_of("amount"), "count": outliers, "largest": shown, "row": row}
    return [Note(key="outliers", params=params)]
