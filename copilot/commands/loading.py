"""`wellspring load`: customer files into a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copilot import shapes
from copilot.catalogue import text
from copilot.cli_output import Bar, emit, err, out, report_text, system_language
from copilot.commands.options import Json, Ws, open_workspace, settings_for


def load(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, text, XLSX or Parquet files, also .gz.")],
    workspace: Ws = None,
    map: Annotated[list[str] | None, typer.Option("--map", help="canonical=column, e.g. amount=实付金额.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of the amounts, e.g. GBP; kept in the profile.")] = "",
    brand: Annotated[str, typer.Option(help="Brand that signs drafts; kept in the profile.")] = "",
    free_orders: Annotated[
        bool, typer.Option("--free-orders", help="Keep orders of amount 0 (samples, gifts); else they are set aside.")
    ] = False,
    json_: Json = False,
) -> None:
    """Load customer files into a workspace."""
    language = system_language()
    place = open_workspace(settings_for(workspace))
    place.prepare()
    replaced = place.holds_demo
    mapping = shapes.mapping(map or [])
    with Bar(text("cli.loading", language)) as bar:
        report = place.load(
            files, mapping=mapping, currency=currency, brand=brand, free_orders=free_orders, progress=bar.share
        )
    if replaced:
        err.print(text("cli.demo_replaced", language))
    if json_:
        emit(shapes.report_json(report))
    else:
        out.print(report_text(report, language))
