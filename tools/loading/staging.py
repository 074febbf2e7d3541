"""Put a sheet into DuckDB, text chunk by chunk and Parquet as it lies, so that files may exceed memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import duckdb
import pyarrow as pa

from tools.loading.sheet import Cells, Sheet, Tick, readable
from tools.loading.values import quoted

_CHUNK = 10_000


def stage(con: duckdb.DuckDBPyConnection, sheet: Sheet, tick: Tick) -> int:
    """Fill the temporary tables `stage` (row_number, c0, c1, …) and `aside` (row_number, reason, row_text).

    Of a Parquet file `stage` is a view; cells of a type that says what they are (`Sheet.kinds`) keep it.

    A row with more or fewer cells than the header goes to `aside`: nobody can tell which
    cell is which. Returns the number of rows in both.

    Raises BadArgument `unreadable_file` for a file damaged further down.
    """
    for name in ("entries", "judged", "parsed", "cleaned", "stage"):
        drop(con, name)
    con.execute("CREATE OR REPLACE TEMP TABLE aside (row_number BIGINT, reason VARCHAR, row_text VARCHAR)")
    if sheet.parquet:
        _view_parquet(con, sheet)
        tick(1.0)
    else:
        cells = ", ".join(f"c{at} VARCHAR" for at in range(len(sheet.headers)))
        con.execute(f"CREATE TEMP TABLE stage (row_number BIGINT, {cells})")
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


def drop(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Forget a temporary table or view, if there is one."""
    if kind := _kind(con, name):
        con.execute(f"DROP {kind} temp.{name}")


def is_view(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a temporary name is read anew each time."""
    return _kind(con, name) == "VIEW"


def settle(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a temporary view a table, so that its rows can be changed."""
    if is_view(con, name):
        con.execute(f"CREATE TEMP TABLE settled AS FROM {name}")
        con.execute(f"DROP VIEW temp.{name}")
        con.execute(f"ALTER TABLE settled RENAME TO {name}")


def _kind(con: duckdb.DuckDBPyConnection, name: str) -> str:
    for kind in ("VIEW", "TABLE"):
        column = f"{kind.lower()}_name"
        if con.execute(f"SELECT 1 FROM duckdb_{kind}s() WHERE temporary AND {column} = ?", [name]).fetchone():
            return kind
    return ""


def move_aside(con: duckdb.DuckDBPyConnection, reason: str, condition: str) -> None:
    """Move the rows of `stage` that meet a SQL condition to `aside`."""
    width = con.execute("SELECT count(*) - 1 FROM (DESCRIBE stage)").fetchone()[0]
    con.execute(
        f"INSERT INTO aside SELECT row_number, {quoted(reason)}, {row_text(width)} FROM stage WHERE {condition}"
    )
    drop_aside(con, "stage")


def drop_aside(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Delete from a temporary table the rows that went to `aside`; a view leaves them out by itself."""
    if _kind(con, table) == "TABLE":
        con.execute(f"DELETE FROM {table} WHERE row_number IN (SELECT row_number FROM aside)")


def row_text(width: int) -> str:
    """SQL for a staged row as one readable line."""
    return "concat_ws(' | ', " + ", ".join(f"coalesce(CAST(c{at} AS VARCHAR), '')" for at in range(width)) + ")"


def digest(width: int) -> str:
    """SQL for a hash of a staged row's cells: rows with the same say the same."""
    return "md5(concat_ws(chr(31), " + ", ".join(f"coalesce(CAST(c{at} AS VARCHAR), '')" for at in range(width)) + "))"


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


def _view_parquet(con: duckdb.DuckDBPyConnection, sheet: Sheet) -> None:
    """Rows are read where they lie; each query that looks at them leaves out those that went to `aside`."""
    # By position, since a Parquet file too may repeat a name.
    names = ", ".join(f"c{at}" for at in range(len(sheet.headers)))
    cells = ", ".join(name if at in sheet.kinds else f"CAST({name} AS VARCHAR) AS {name}"
                      for at, name in enumerate(f"c{at}" for at in range(len(sheet.headers))))  # fmt: skip
    con.execute(
        f"CREATE TEMP VIEW stage AS SELECT number + 1 AS row_number, {cells} "
        f"FROM read_parquet({quoted(str(sheet.parquet))}, file_row_number = true) AS source({names}, number) "
        "ANTI JOIN aside ON aside.row_number = number + 1"
    )
    with readable(sheet.path):
        # Every cell is read once, so that damage shows before anything is written.
        con.execute(f"SELECT bit_xor(hash({names})) FROM stage")
