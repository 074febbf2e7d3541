"""`wellspring connect`: check the mapping to the brand's own warehouse, and build facts there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, err, fail, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken

if TYPE_CHECKING:
    from copilot.workspace import Workspace
    from tools.engines.report import EngineReport, TableState


def connect(
    build_facts: Annotated[
        bool, typer.Option("--build-facts", help="Build the facts tables in the schema that engine.yaml names.")
    ] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Check the mapping to the brand's own warehouse: tables, rows, and what each missing table means."""
    language = spoken(lang)
    place = place_of(workspace)
    if not place.engine.configured:
        fail(text("engine.unconfigured", language, directory=place.directory))
    if build_facts:
        place.engine.build_facts(date.today(), lambda name: err.print(text("engine.building", language, table=name)))
    report = _report(place)
    if json_:
        emit(report.model_dump(mode="json"))
    else:
        out.print("\n".join(_lines(report, language)))


def _report(place: Workspace) -> EngineReport:
    from tools.engines.report import examine

    engine = place.engine.connected()
    try:
        return examine(
            engine, place.engine.mapping(), place.metrics.catalog(), row_cap=place.settings.row_cap,
            seconds=max(place.settings.query_seconds, PATIENT),
        )  # fmt: skip
    finally:
        engine.close()


PATIENT = 120
"""Seconds that a check of the whole warehouse may take a table."""


def _lines(report: EngineReport, language: str) -> list[str]:
    days = {"first": report.first_day, "last": report.last_day}
    lines = [text("engine.answers", language, engine=report.engine)]
    lines += [text("engine.days", language, **days)] if report.last_day else []
    lines += [line for table in report.tables for line in _table_lines(table, language)]
    lines += [text(f"engine.absent.{name}", language) for name in report.absent]
    lines.append(text("engine.metrics", language, usable=report.metrics, missing=len(report.metrics_missing)))
    if report.dormancy_days:
        lines.append(text("engine.dormancy", language, days=report.dormancy_days))
    return [*lines, _facts(report, language)]


def _table_lines(table: TableState, language: str) -> list[str]:
    counts = {"rows": f"{table.rows:,}", "source": f"{table.source_rows:,}"}
    lines = [text("engine.table", language, table=table.name, place=table.place, **counts)]
    if table.unmapped:
        lines.append(text("engine.unmapped", language, columns=", ".join(table.unmapped)))
    return lines


def _facts(report: EngineReport, language: str) -> str:
    if not report.facts:
        return text("engine.facts_none", language)
    if report.facts_built is None:
        return text("engine.facts_unbuilt", language, schema=report.facts)
    state = "fresh" if report.facts_fresh else "stale"
    return text(f"engine.facts_{state}", language, schema=report.facts, day=report.facts_built)
