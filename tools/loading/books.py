"""The loader's own books: what was loaded before, what was set aside, and the report of both."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb

from tools.errors import BadArgument
from tools.loading.cleaning import Source
from tools.loading.report import Note, SetAside, TableReport
from tools.loading.staging import row_text

_SAMPLES = 5


def load_count(con: duckdb.DuckDBPyConnection) -> int:
    return con.execute("SELECT count(*) FROM loads").fetchone()[0]


def earlier_load(con: duckdb.DuckDBPyConnection, source: Source) -> TableReport | None:
    """Return the report of an earlier load of the same bytes with the same mapping."""
    row = con.execute(
        "SELECT table_name, rows_read, rows_kept, set_aside, columns FROM loads WHERE sha256 = ?", [source.sha256]
    ).fetchone()
    if row is None:
        return None
    table, read, kept, set_aside, columns = row
    return TableReport(
        source=source.sheet.source, table=table, read=read, kept=kept, set_aside=json.loads(set_aside),
        columns=json.loads(columns), notes=[Note(key="already_loaded")],
    )  # fmt: skip


def record(con: duckdb.DuckDBPyConnection, source: Source, notes: list[Note], *, loaded_at: datetime) -> TableReport:
    """Write quarantine and load book for the rows in `judged` and `aside`, and report them.

    Raises BadArgument `no_usable_rows` when a file with rows has not one that can be kept.
    """
    load_id = f"{load_count(con) + 1:06d}-{source.sha256[:12]}"
    name = source.sheet.source
    con.execute(
        f"INSERT INTO quarantine SELECT ?, ?, ?, row_number, reason, row_text FROM ("
        f"SELECT row_number, reason, {row_text(len(source.sheet.headers))} AS row_text "
        "FROM judged JOIN stage USING (row_number) WHERE reason IS NOT NULL "
        "UNION ALL SELECT row_number, reason, row_text FROM aside) ORDER BY row_number",
        [load_id, source.table, name],
    )
    kept = con.execute("SELECT count(DISTINCT row_number) FROM judged WHERE reason IS NULL").fetchone()[0]
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
