"""Load files into a workspace: plan all of them, then fill a fresh generation, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import accumulate
from pathlib import Path

import duckdb

from tools.errors import BadArgument
from tools.facts import build_facts
from tools.generations import DEMO, Generations, mark_of
from tools.loading import books, changes
from tools.loading.cleaning import Source, parse
from tools.loading.filling import fill
from tools.loading.planning import plan
from tools.loading.remarks import remarks
from tools.loading.report import LoadReport, TableReport
from tools.loading.staging import stage
from tools.schema import TABLES, TIMEZONE
from tools.writing import changing, saved

Progress = Callable[[str, float], None]

_MEMORY = 448
"""MB of DuckDB's, whatever the size of the files: a load must fit beside a server. Some 100 MB would do."""
_BYTES_AN_ORDER = 40
"""More for facts of many orders: medians and quantiles keep their values in memory."""


class _Unchanged(Exception):
    """Leaves the write without a new generation: everything was loaded before."""


def load_files(
    files: list[Path],
    store: Generations,
    *,
    mapping: dict[str, str] | None = None,
    currency: str = "",
    free_orders: bool = False,
    loaded_at: datetime,
    progress: Progress | None = None,
    timezone: str = TIMEZONE,
    demo: bool = False,
) -> LoadReport:
    """Load customer files into the store's canonical tables; all of them, or none.

    Args:
        mapping: canonical name or short name (customer, date, amount, order) -> the file's
            column; it may carry a format: {"date": "下单时间:%d/%m/%y"}, {"amount": "金额:decimal-comma"},
            {"customer": "会员ID:00000"} (numbers filled up with leading zeros).
        currency: of the workspace's amounts (three letters), where it is settled; a file that
            names another is refused, single rows that do are set aside.
        free_orders: keep orders of amount 0 (samples, gifts) instead of setting them aside.
        loaded_at: naive, in the workspace's time zone; later orders are set aside.
        progress: called with a stage ("reading", "cleaning", "facts", "done") and the share
            of the whole load, 0 to 1.
        timezone: of the workspace, for epoch seconds and times with an offset.
        demo: the files are the demo brand's. They replace an earlier demo, and the first own
            files replace them: the two never mix.

    Raises:
        BadArgument: a file, a column, a date order or a currency that the caller must settle, or
            a demo where own data is loaded.
        Busy: another process is loading.
    """
    report = progress or (lambda stage, share: None)
    with store.lock() as scratch:
        sources = plan(files, mapping or {}, scratch, currency=currency, free_orders=free_orders)
        reports: list[TableReport] = []
        tables: dict[str, int] = {}
        replacing = partial(_replaces, demo)
        try:
            with (
                saved(),
                store.next_generation(mark=DEMO if demo else "", afresh=replacing) as path,
                changing(path, memory=f"{_MEMORY}MB") as con,
            ):
                before = books.extent(con)
                changes.watch(con)
                reports += [
                    _load(con, source, loaded_at, timezone, part)
                    for source, part in zip(sources, _parts(report, sources), strict=True)
                ]
                tables.update({name: con.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES})
                if books.extent(con) == before:
                    raise _Unchanged
                report("facts", 0.8)
                con.execute(f"SET memory_limit = '{max(_MEMORY, tables['orders'] * _BYTES_AN_ORDER // 10**6)}MB'")
                build_facts(
                    con, since=changes.first_change(con), appended=changes.is_appended(con),
                    tick=lambda share: report("facts", 0.8 + 0.2 * share),
                )  # fmt: skip
        except _Unchanged:
            pass
    report("done", 1.0)
    return LoadReport(files=reports, tables=tables)


def _replaces(demo: bool, live: Path) -> bool:
    if demo and mark_of(live) != DEMO:
        raise BadArgument("own_data_loaded")
    return mark_of(live) == DEMO


def _parts(report: Progress, sources: list[Source]) -> list[Progress]:
    """For each source the share of the bar that its file's size gives it; the facts take the rest."""
    sizes = [source.sheet.path.stat().st_size for source in sources]
    scale, starts = 0.8 / sum(sizes), [0, *accumulate(sizes)]
    return [
        lambda stage, share, start=start, size=size: report(stage, scale * (start + size * share))
        for start, size in zip(starts, sizes, strict=False)
    ]


def _load(
    con: duckdb.DuckDBPyConnection, source: Source, loaded_at: datetime, timezone: str, progress: Progress
) -> TableReport:
    former = books.former_load(con, source)
    if former and not former.waiting:
        return former.report
    progress("reading", 0.0)
    rows = stage(con, source.sheet, lambda share: progress("reading", 0.5 * share))
    progress("cleaning", 0.5)
    notes = parse(con, source, loaded_at=loaded_at, timezone=timezone) + remarks(con, source)
    if former:
        books.only_waiting(con, former)
    progress("cleaning", 0.8)
    filled = fill(con, source, loaded_at=loaded_at)
    report = books.record(
        con, source, notes + filled.notes, kept=filled.kept, loaded_at=loaded_at, former=former
    )
    assert report.read == rows, f"{rows} rows came in, {report.read} are accounted for"
    progress("cleaning", 1.0)
    return report
