"""`wellspring metric`: one metric of the catalogue."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from copilot import shapes
from copilot.cli_output import emit, out, system_language
from copilot.commands.options import (
    CountBy,
    Json,
    Lang,
    Ws,
    checked_language,
    data_of,
    known_workspace,
    open_workspace,
    settings_for,
)


def metric(
    name: str,
    by: Annotated[str, typer.Option(help="Dimensions, e.g. tier,month.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="dimension=value[,value], may repeat.")] = None,
    from_: Annotated[str, typer.Option("--from", help="First day, e.g. 2024-11-01.")] = "",
    to: Annotated[str, typer.Option("--to", help="Last day, e.g. 2024-11-11.")] = "",
    window: Annotated[str, typer.Option(help="Named window, e.g. last_30_days, 2024-11.")] = "",
    compare: Annotated[Literal["previous", "last_year"] | None, typer.Option(help="Compare with that window.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 1000,
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Compute one metric of the catalogue."""
    language = checked_language(lang) or system_language()
    settings = known_workspace(settings_for(workspace))
    data = data_of(settings, language, count_by)
    result = data.query_metric(
        name,
        by=shapes.names(by),
        where=shapes.filters(where or []),
        window=data.days(from_, to) if from_ or to else window,
        compare=compare or "",
        limit=limit,
    )
    if json_:
        emit(shapes.metric_json(result, language))
        return
    from copilot.findings import Findings
    from copilot.formatting import CURRENCY
    from copilot.planner.compose_metric import metric as written
    from copilot.planner.step import Step

    CURRENCY.set(open_workspace(settings).currency)
    out.print(written(Step("metric"), Findings(evidence=[result]), language))
