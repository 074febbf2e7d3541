"""What connecting found: each table with its rows, what is left out, what is not there, and the facts that are kept."""

from __future__ import annotations

from datetime import date

from tools import schema
from tools.availability import Availability
from tools.catalog import Catalog
from tools.engines.connecting import sources
from tools.engines.mapping import Mapping
from tools.engines.remote import RemoteEngine
from tools.results import Frozen
from tools.warehouse import Warehouse

DERIVED = {"orders": {"order_date", "ordered_at", "kind"}, "order_items": {"customer_id", "order_date", "kind"}}
"""Columns that are told from others where they are not mapped."""


class TableState(Frozen):
    name: str
    place: str
    """The brand's own table."""
    rows: int
    """Rows that count, refunds of orders refunded later among them."""
    source_rows: int
    """Rows of the brand's table, those among them that do not count."""
    unmapped: list[str]
    """Canonical columns that nothing is mapped to."""


class EngineReport(Frozen):
    engine: str
    first_day: date | None
    last_day: date | None
    tables: list[TableState]
    absent: list[str]
    """Canonical tables that are not mapped, or hold no row."""
    metrics: int
    """Metrics that can be computed."""
    metrics_missing: list[str]
    dormancy_days: int | None
    facts: str
    """Schema of the kept facts, "" for none."""
    facts_built: date | None
    facts_fresh: bool
    """Whether they count the orders as they are now; stale ones are not used."""


def examine(engine: RemoteEngine, mapping: Mapping, catalog: Catalog, *, row_cap: int, seconds: float) -> EngineReport:
    """Count every mapped table. Raises BadDefinitions where the mapping does not fit, NoData where that takes long."""
    warehouse = Warehouse(engine, row_cap=row_cap, seconds=seconds)
    own = sources(engine, mapping)
    tables = [
        TableState(
            name=name, place=spec.table, rows=warehouse.rows_in(name),
            source_rows=warehouse.run(own[name].agg(n=own[name].count())).records[0]["n"],
            unmapped=sorted(schema.TABLES[name].keys() - spec.columns.keys() - DERIVED.get(name, set())),
        )
        for name, spec in mapping.tables.items()
    ]  # fmt: skip
    dated = any(state.rows for state in tables)
    allowed = Availability(warehouse, catalog)
    missing = [name for name, metric in catalog.metrics.items() if allowed.missing(metric)]
    return EngineReport(
        engine=engine.name, first_day=warehouse.first_day if dated else None,
        last_day=warehouse.last_day if dated else None, tables=tables,
        absent=[name for name in schema.TABLES if name not in warehouse.tables()],
        metrics=len(catalog.metrics) - len(missing), metrics_missing=missing,
        dormancy_days=engine.rules.dormancy_days if engine.rules else None, facts=mapping.facts,
        facts_built=engine.built.built_on if engine.built else None, facts_fresh=engine.fresh,
    )  # fmt: skip
