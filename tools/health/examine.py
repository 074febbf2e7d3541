"""One look at everything that was loaded: what is fresh, what is missing, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

import pandas as pd
from ibis.expr.types import Table

from tools import catalog, schema
from tools.health import columns, records, volume
from tools.health.results import Finding, FreshnessRow, HealthReport
from tools.quarantine import by_reason
from tools.results import Window
from tools.tables import table
from tools.warehouse import Rows, Warehouse

STALE_DAYS = {"notice": 2, "warning": 7, "problem": 45}
ORDER = ("problem", "warning", "notice")


class DataHealth:
    """Data health of one warehouse; everything but freshness is looked up once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    @cached_property
    def findings(self) -> list[Finding]:
        """What was found, whatever day it is. Raises NoData when nothing is loaded."""
        counts = self._volume
        days = pd.Series({pd.Timestamp(row["day"]): row["orders"] for row in counts.records}).sort_index()
        return [
            *volume.volume_findings(days),
            *_column_findings(self._warehouse),
            *_record_findings(self._warehouse),
        ]

    def report(self, today: date) -> HealthReport:
        """All findings, the gravest first; `today` is the day that freshness is told by."""
        first, last = self._warehouse.first_day, self._warehouse.last_day
        found = [*_staleness(self._warehouse.dated_by, last, today), *self.findings]
        found.sort(key=lambda finding: (ORDER.index(finding.severity), finding.check, finding.start or first))
        tables = [_freshness(self._warehouse, name) for name in sorted(self._warehouse.tables())]
        return HealthReport(
            metric="data_health", unit="items", value=sum(finding.severity != "notice" for finding in found),
            n=sum(row["orders"] for row in self._volume.records), window=Window(start=first, end=last, label="all"),
            as_of=last, definition=catalog.definition("data_health"), query=self._volume.sql,
            counted_by=self._warehouse.count_by, tables=tables, findings=found, set_aside=by_reason(self._warehouse),
        )  # fmt: skip

    @cached_property
    def _volume(self) -> Rows:
        return self._warehouse.run(volume.orders_a_day())


def _staleness(table: str, last: date, today: date) -> list[Finding]:
    days = (today - last).days
    reached = [severity for severity, least in STALE_DAYS.items() if days >= least]
    return [
        Finding(check="stale", severity=severity, table=table, params={"days": days, "last": last.isoformat()})
        for severity in reached[-1:]
    ]


def _column_findings(warehouse: Warehouse) -> Iterator[Finding]:
    for name in columns.LEVELS:
        if not warehouse.rows_in(name):
            continue
        yield from columns.shift_findings(name, _frame(warehouse, columns.by_month(name)))
        for column in columns.WORDS[name]:
            if warehouse.has(f"{name}.{column}"):
                words = _frame(warehouse, columns.words_by_month(name, column))
                yield from columns.renamed_findings(name, column, words)


def _record_findings(warehouse: Warehouse) -> Iterator[Finding]:
    yield from records.set_aside_findings(warehouse.run(records.loads()).records)
    for name, column, owner in records.LINKS:
        if warehouse.rows_in(name) and warehouse.rows_in(owner):
            (record,) = warehouse.run(records.orphans(name, column, owner)).records
            if finding := records.orphan_finding(name, column, owner, record):
                yield finding
    (record,) = warehouse.run(records.same_moment()).records
    if finding := records.same_moment_finding(record):
        yield finding


def _frame(warehouse: Warehouse, expression: Table) -> pd.DataFrame:
    # Past the row cap: half of the months and cities would look like a renaming of the rest.
    return warehouse.whole(expression).rows.to_pandas()


def _freshness(warehouse: Warehouse, name: str) -> FreshnessRow:
    timed = next((column for column, kind in schema.TABLES[name].items() if kind in ("DATE", "TIMESTAMP")), None)
    if timed is None:
        return FreshnessRow(table=name, rows=warehouse.rows_in(name), first_day=None, last_day=None)
    instant = table(name)[timed]
    (span,) = warehouse.run(table(name).agg(first=instant.min(), last=instant.max())).records
    days = {key: pd.Timestamp(value).date() if value is not None else None for key, value in span.items()}
    return FreshnessRow(table=name, rows=warehouse.rows_in(name), first_day=days["first"], last_day=days["last"])
