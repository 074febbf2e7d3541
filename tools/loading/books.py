"""The loader's own books: what was loaded before, what was set aside, and the report of both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tools.errors import BadArgument
from tools.loading.cleaning import Source
from tools.loading.marks import ERASED
from tools.loading.report import Note, SetAside, TableReport
from tools.loading.staging import row_text, settle

_SAMPLES = 5


HEALING = ("unknown_order", "future_date")
"""Reasons that pass without the file changing: its orders are loaded since, or the day has come."""


@dataclass(frozen=True)
class Former:
    """An earlier load of the same bytes with the same mapping."""

    load_id: str
    report: TableReport
    waiting: bool
    """Whether rows of it were set aside for a reason that may have passed."""


def extent(con: duckdb.DuckDBPyConnection) -> tuple:
    """Loads and rows kept so far: the same again when nothing was loaded in between."""
    return con.execute("SELECT count(*), sum(rows_kept) FROM loads").fetchone() or ()


def former_load(con: duckdb.DuckDBPyConnection, source: Source) -> Former | None:
    row = con.execute(
        "SELECT load_id, table_name, rows_read, rows_kept, set_aside, columns FROM loads WHERE sha256 = ?",
        [source.sha256],
    ).fetchone()
    if row is None:
        return None
    load_id, table, read, kept, aside, columns = row
    set_aside = json.loads(aside)
    report = TableReport(
        source=source.sheet.source, table=table, read=read, kept=kept, set_aside=set_aside,
        columns=json.loads(columns), notes=[Note(key="already_loaded")],
    )  # fmt: skip
    return Former(load_id, report, waiting=not set_aside.keys().isdisjoint(HEALING))


def only_waiting(con: duckdb.DuckDBPyConnection, former: Former) -> None:
    """Leave in `parsed` the rows that the former load set aside for a healing reason; the others are settled.

    What was kept then may have been replaced by a later file since, and must not come back.
    """
    settle(con, "parsed")
    con.execute(
        "DELETE FROM parsed WHERE row_number NOT IN "
        f"(SELECT row_number FROM quarantine WHERE load_id = ? AND reason IN {HEALING})",
        [former.load_id],
    )
    con.execute("DELETE FROM aside")


def record(
    con: duckdb.DuckDBPyConnection, source: Source, notes: list[Note], *, kept: int, loaded_at: datetime,
    former: Former | None,
) -> TableReport:  # fmt: skip
    """Write quarantine and load book for the rows in `judged` (`kept` of them are good) and `aside`, and report them.

    After a `former` load of the file these are its waiting rows: what it wrote about them is replaced.

    Raises BadArgument `no_usable_rows` when a file with rows has not one that can be kept.
    """
    if former and not kept:
        return former.report
    load_id = former.load_id if former else f"{extent(con)[0] + 1:06d}-{source.sha256[:12]}"
    name = source.sheet.source
    (faulty,) = con.execute("SELECT count(*) FROM stage").fetchone() or (0,)
    faulty -= kept
    if former:
        con.execute(f"DELETE FROM quarantine WHERE load_id = ? AND reason IN {HEALING}", [load_id])
        con.execute("DELETE FROM loads WHERE load_id = ?", [load_id])
        notes = [*notes, Note(key="healed_rows", params={"count": kept})]
        kept += former.report.kept
    con.execute(
        "INSERT INTO quarantine WITH faulty AS MATERIALIZED ("
        f"SELECT row_number, reason FROM judged WHERE reason IS NOT NULL LIMIT {faulty}) "
        f"SELECT ?, ?, ?, row_number, reason, CASE WHEN reason = '{ERASED}' THEN '' ELSE row_text END FROM ("
        f"SELECT row_number, reason, {row_text(len(source.sheet.headers))} AS row_text "
        "FROM faulty JOIN stage USING (row_number) "
        "UNION ALL SELECT row_number, reason, row_text FROM aside) ORDER BY row_number",
        [load_id, source.table, name],
    )
    counts = con.execute(
        "SELECT reason, count(*) FROM quarantine WHERE load_id = ? GROUP BY 1 ORDER BY 2 DESC, 1", [load_id]
    ).fetchall()
    samples = con.execute(
        "SELECT row_number, reason, row_text FROM quarantine WHERE load_id = ? ORDER BY row_number LIMIT ?",
        [load_id, _SAMPLES],
    ).fetchall()
    report = TableReport(
        source=name, table=source.table, read=kept + sum(count for _, count in counts), kept=kept,
        set_aside=dict(counts), columns=_columns(source), notes=[*source.sheet.notes, *_column_notes(source), *notes],
        samples=[SetAside(row=row, reason=reason, text=text) for row, reason, text in samples],
    )  # fmt: skip
    if not kept:
        raise _nothing(report)
    con.execute(
        "INSERT INTO loads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [load_id, source.table, name, source.sha256, loaded_at, report.read, kept,
         json.dumps(report.set_aside), json.dumps(report.columns, ensure_ascii=False)],
    )  # fmt: skip
    return report


def _nothing(report: TableReport) -> BadArgument:
    if not report.read:
        return BadArgument("no_rows", file=report.source)
    reasons = ", ".join(f"{reason} {count}" for reason, count in report.set_aside.items())
    columns = ", ".join(f"{field}={column}" for field, column in report.columns.items() if column)
    row = report.samples[0].row
    return BadArgument("no_usable_rows", file=report.source, reasons=reasons, columns=columns, row=row)


def _columns(source: Source) -> dict[str, str]:
    taken = {field: source.name_of(field) for field in source.reading.rule.columns if source.has(field)}
    if source.table in ("orders", "order_items"):
        for field in ("order_id", "customer_id", "ordered_at"):
            taken.setdefault(field, "")
        if "amount" not in taken:
            taken["amount"] = f"{taken['quantity']} x {taken['unit_price']}"
    return taken


def _column_notes(source: Source) -> list[Note]:
    used = set(source.reading.taken.values())
    unclear = sorted({at for positions in source.reading.unclear.values() for at in positions} - used)
    ignored = [at for at in range(len(source.sheet.names)) if at not in used and at not in unclear]
    groups = {"unclear_columns": unclear, "unused_columns": ignored}
    return [
        Note(key=key, params={"columns": ", ".join(source.sheet.names[at] for at in positions)})
        for key, positions in groups.items()
        if positions
    ]
