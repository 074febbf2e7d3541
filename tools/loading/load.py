"""Load files into a workspace: plan all of them, then fill a fresh generation, all or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from tools.errors import BadArgument, ToolError
from tools.facts import build_facts, fingerprints, first_change
from tools.generations import DEMO, Generations, mark_of
from tools.loading import books, dates
from tools.loading.cleaning import Source, parse
from tools.loading.columns import canonical, choose_table, normal, rules, table_rules
from tools.loading.filling import fill
from tools.loading.reading import Sheet, open_sheets
from tools.loading.report import LoadReport, TableReport
from tools.loading.staging import stage
from tools.schema import TABLES
from tools.writing import changing

Progress = Callable[[str, float], None]

# Lines may need their orders' customers, so orders go first.
_SEQUENCE = ["products", "customers", "orders", "order_items"]


class _Unchanged(Exception):
    """Leaves the write without a new generation: everything was loaded before."""


def load_files(
    files: list[Path],
    store: Generations,
    *,
    mapping: dict[str, str] | None = None,
    loaded_at: datetime,
    progress: Progress | None = None,
    timezone: str = "Asia/Shanghai",
    demo: bool = False,
) -> LoadReport:
    """Load customer files into the store's canonical tables; all of them, or none.

    Args:
        mapping: canonical name or short name (customer, date, amount, order) -> the file's
            column; a date may carry its format, {"date": "下单时间:%d/%m/%y"}.
        loaded_at: naive, in the workspace's time zone; later orders are set aside.
        progress: called with a stage ("reading", "cleaning", "facts", "done") and the share
            of the whole load, 0 to 1.
        timezone: of the workspace, for epoch seconds and times with an offset.
        demo: the files are the demo brand's. They replace an earlier demo, and the first own
            files replace them: the two never mix.

    Raises:
        BadArgument: a file, a column or a date order that the caller must settle, or a demo
            where own data is loaded.
        Busy: another process is loading.
    """
    report = progress or (lambda stage, share: None)
    with store.lock() as scratch:
        sources = _plan(files, mapping or {}, scratch)
        reports: list[TableReport] = []
        tables: dict[str, int] = {}
        replacing = partial(_replaces, demo)
        try:
            with store.next_generation(mark=DEMO if demo else "", afresh=replacing) as path, changing(path) as con:
                before, days = books.load_count(con), fingerprints(con)
                reports += [
                    _load(con, source, loaded_at, timezone, _part(report, at, len(sources)))
                    for at, source in enumerate(sources)
                ]
                tables.update({name: con.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES})
                if books.load_count(con) == before:
                    raise _Unchanged
                report("facts", 0.95)
                build_facts(con, since=first_change(days, fingerprints(con)))
        except _Unchanged:
            pass
        except (OSError, duckdb.OperationalError, duckdb.FatalException) as error:
            raise ToolError("not_saved", why=_cause(error)) from error
    report("done", 1.0)
    return LoadReport(files=reports, tables=tables)


def _cause(error: Exception) -> str:
    """The system's own words, such as "No space left on device", without the path before them."""
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error).splitlines()[0].rsplit(": ", 1)[-1])[:200]


def _replaces(demo: bool, live: Path) -> bool:
    if demo and mark_of(live) != DEMO:
        raise BadArgument("own_data_loaded")
    return mark_of(live) == DEMO


def _part(report: Progress, at: int, of: int) -> Progress:
    return lambda stage, share: report(stage, 0.95 * (at + share) / of)


def _load(
    con: duckdb.DuckDBPyConnection, source: Source, loaded_at: datetime, timezone: str, progress: Progress
) -> TableReport:
    if earlier := books.earlier_load(con, source):
        return earlier
    progress("reading", 0.0)
    stage(con, source.sheet, lambda share: progress("reading", 0.7 * share))
    progress("cleaning", 0.7)
    notes = parse(con, source, loaded_at=loaded_at, timezone=timezone)
    notes += fill(con, source, loaded_at=loaded_at)
    progress("cleaning", 1.0)
    return books.record(con, source, notes, loaded_at=loaded_at)


def _plan(files: list[Path], mapping: dict[str, str], scratch: Path) -> list[Source]:
    """Open every file and settle its table and columns before anything is written."""
    if not files:
        raise BadArgument("no_files")
    wanted = {key: dates.split_format(value) for key, value in mapping.items()}
    _check_keys(wanted)
    sheets = [sheet for path in files for sheet in open_sheets(path, scratch)]
    _check_columns(wanted, sheets)
    sources = [_source(sheet, wanted, json.dumps(mapping, sort_keys=True)) for sheet in sheets]
    for key in wanted:
        if not any(canonical(source.reading.rule, key) for source in sources):
            raise BadArgument("unknown_field", alternatives=list(sources[0].reading.rule.columns), given=key)
    order = [*_SEQUENCE, *(name for name in TABLES if name not in _SEQUENCE)]
    return sorted(sources, key=lambda source: order.index(source.table))


def _check_keys(wanted: dict[str, tuple[str, str]]) -> None:
    for key in wanted:
        if not any(canonical(rule, key) for rule in table_rules().values()):
            names = [*rules()["aliases"], "date", *{name for rule in table_rules().values() for name in rule.columns}]
            raise BadArgument("unknown_field", alternatives=sorted(names), given=key)


def _check_columns(wanted: dict[str, tuple[str, str]], sheets: list[Sheet]) -> None:
    for key, (column, _) in wanted.items():
        if not any(_position(sheet, column) is not None for sheet in sheets):
            names = list(dict.fromkeys(name for sheet in sheets for name in sheet.names))
            raise BadArgument("unknown_column", alternatives=names, given=column, field=key)


def _position(sheet: Sheet, column: str) -> int | None:
    if column in sheet.names:
        return sheet.names.index(column)
    same = [at for at, name in enumerate(sheet.names) if normal(name) == normal(column)]
    return same[0] if len(same) == 1 else None


def _source(sheet: Sheet, wanted: dict[str, tuple[str, str]], mapping: str) -> Source:
    positions = {key: at for key, (column, _) in wanted.items() if (at := _position(sheet, column)) is not None}
    try:
        reading = choose_table(sheet.source, sheet.headers, sheet.names, positions)
    except BadArgument as error:
        raise error if sheet.has_header else _no_header(sheet) from error
    given = {key: fmt for key, (_, fmt) in wanted.items() if fmt and key in positions}
    formats = [(canonical(reading.rule, key) or "", fmt) for key, fmt in given.items()]
    return Source(sheet, reading, _digest(sheet, mapping), formats[0] if formats else ("", ""))


def _no_header(sheet: Sheet) -> BadArgument:
    samples = [[str(row[at]) for row in sheet.samples if at < len(row)] for at in range(len(sheet.names))]
    columns = [f"{name} ({', '.join(cells)})" for name, cells in zip(sheet.names, samples, strict=True)]
    flag = "--map customer=COLUMN --map date=COLUMN --map amount=COLUMN"
    return BadArgument("no_header", alternatives=columns, file=sheet.source, flag=flag)


def _digest(sheet: Sheet, mapping: str) -> str:
    """Same bytes, same sheet, same mapping: the same load."""
    part = sheet.source.removeprefix(sheet.path.name)
    with sheet.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(f"{part}{mapping}".encode())
    return digest.hexdigest()
