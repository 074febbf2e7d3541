"""Put a sheet into DuckDB as text, chunk by chunk, so that files may exceed memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import duckdb
import pyarrow as pa

from tools.loading.sheet import Cells, Sheet, Tick, readable
from tools.loading.values import quoted

_CHUNK = 10_000
_PARQUET_CHUNK = 200_000


def stage(con: duckdb.DuckDBPyConnection, sheet: Sheet, tick: Tick) -> int:
    """Fill temporary tables `stage` (row_number, c0, c1, …) and `aside` (row_number, reason, row_text).

    A row with more or fewer cells than the header goes to `aside`: nobody can tell which
    cell is which. Returns the number of rows in both.

    Raises BadArgument `unreadable_file` for a file damaged further down.
    """
    width = len(sheet.headers)
    cells = ", ".join(f"c{at} VARCHAR" for at in range(width))
    con.execute(f"CREATE OR REPLACE TEMP TABLE stage (row_number BIGINT, {cells})")
    con.execute("CREATE OR REPLACE TEMP TABLE aside (row_number BIGINT, reason VARCHAR, row_text VARCHAR)")
    if sheet.parquet:
        _copy_parquet(con, sheet, tick)
    else:
        _copy_rows(con, sheet, tick)
    return con.execute("SELECT (SELECT count(*) FROM stage) + (SELECT count(*) FROM aside)").fetchone()[0]


def _copy_rows(con: duckdb.DuckDBPyConnection, sheet: Sheet, tick: Tick) -> None:
    assert sheet.rows is not None
    width = len(sheet.headers)
    rows = sheet.rows(tick)
    while chunk := _next_chunk(sheet, rows):
        numbers, cells = zip(*chunk, strict=True)
        if set(map(len, cells)) != {width}:
            numbers, cells = _set_ragged_aside(con, chunk, width)
        if numbers:
            _append(con, "stage", [numbers, *zip(*cells, strict=True)])


def move_aside(con: duckdb.DuckDBPyConnection, reason: str, condition: str) -> None:
    """Move the rows of `stage` that meet a SQL condition to `aside`."""
    width = con.execute("SELECT count(*) - 1 FROM (DESCRIBE stage)").fetchone()[0]
    con.execute(
        f"INSERT INTO aside SELECT row_number, {quoted(reason)}, {row_text(width)} FROM stage WHERE {condition}"
    )
    drop_aside(con, "stage")


def drop_aside(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Delete from a temporary table the rows that went to `aside`."""
    con.execute(f"DELETE FROM {table} WHERE row_number IN (SELECT row_number FROM aside)")


def row_text(width: int) -> str:
    """SQL for a staged row as one readable line."""
    return "concat_ws(' | ', " + ", ".join(f"coalesce(c{at}, '')" for at in range(width)) + ")"


def _next_chunk(sheet: Sheet, rows: Iterator[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    with readable(sheet.path):
        return list(islice(rows, _CHUNK))


def _set_ragged_aside(
    con: duckdb.DuckDBPyConnection, chunk: list[tuple[int, Cells]], width: int
) -> tuple[tuple[int, ...], tuple[Cells, ...]]:
    """Keep the rows that fit the header, numbers and cells; put the others into `aside`."""
    fitted = [(number, _without_blank_tail(cells, width)) for number, cells in chunk]
    wrong = [(number, cells) for number, cells in fitted if len(cells) != width]
    ragged = [(number, "ragged_row", " | ".join(cell or "" for cell in cells)) for number, cells in wrong]
    if ragged:
        _append(con, "aside", list(zip(*ragged, strict=True)))
    whole = [row for row in fitted if len(row[1]) == width]
    return tuple(number for number, _ in whole), tuple(cells for _, cells in whole)


def _without_blank_tail(cells: Cells, width: int) -> Cells:
    """Blank cells behind the last column, a row's closing comma, mean nothing."""
    return cells[:width] if len(cells) > width and not any(cells[width:]) else cells


def _append(con: duckdb.DuckDBPyConnection, table: str, columns: list[tuple]) -> None:
    arrays = [pa.array(columns[0], pa.int64()), *(pa.array(column, pa.string()) for column in columns[1:])]
    con.register("chunk", pa.table(arrays, names=[f"a{at}" for at in range(len(arrays))]))
    try:
        con.execute(f"INSERT INTO {table} SELECT * FROM chunk")
    finally:
        con.unregister("chunk")


def _copy_parquet(con: duckdb.DuckDBPyConnection, sheet: Sheet, tick: Tick) -> None:
    with readable(sheet.path):
        # By position, since a Parquet file too may repeat a name.
        names = ", ".join(f"c{at}" for at in range(len(sheet.headers)))
        cast = ", ".join(f"CAST(c{at} AS VARCHAR)" for at in range(len(sheet.headers)))
        ((total,),) = con.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(sheet.parquet)]).fetchall()
        for start in range(0, total, _PARQUET_CHUNK):
            con.execute(
                f"INSERT INTO stage SELECT number + 1, {cast} "
                f"FROM read_parquet(?, file_row_number = true) AS source({names}, number) "
                "WHERE number >= ? AND number < ?",
                [str(sheet.parquet), start, start + _PARQUET_CHUNK],
            )
            tick(min(1.0, (start + _PARQUET_CHUNK) / total))
