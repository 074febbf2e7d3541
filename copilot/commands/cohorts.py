"""`wellspring cohorts`: who came together, who came back, and what they were worth."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot import shapes
from copilot.catalogue import localise
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


def cohorts(
    by: Annotated[
        str, typer.Option(help="Period of the first order: month, quarter or week; any dimension with --repurchase.")
    ] = "month",
    measure: Annotated[str, typer.Option(help="customers, retention, orders, revenue, arpu or ltv.")] = "retention",
    age: Annotated[
        int, typer.Option(help="Days of a period from each customer's own first order; 0 for calendar periods.")
    ] = 0,
    where: Annotated[list[str] | None, typer.Option(help="dimension=value[,value], may repeat.")] = None,
    from_: Annotated[str, typer.Option("--from", help="First day of the first orders.")] = "",
    to: Annotated[str, typer.Option("--to", help="Last day of the first orders.")] = "",
    window: Annotated[str, typer.Option(help="Named window of the first orders, e.g. 2024-Q3.")] = "",
    repurchase: Annotated[bool, typer.Option("--repurchase", help="Who orders again within how many days.")] = False,
    after: Annotated[int, typer.Option(help="With --repurchase: count from this order, 1 to 5.")] = 1,
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Follow customers by the period of their first order, or trace who orders again."""
    from copilot.cohorttext import cohort_text, repurchase_text
    from copilot.formatting import CURRENCY

    language = checked_language(lang) or system_language()
    settings = known_workspace(settings_for(workspace))
    data = data_of(settings, language, count_by)
    days = data.days(from_, to) if from_ or to else window
    asked = {"by": by, "where": shapes.filters(where or []), "window": days}
    if repurchase:
        result, written = data.cohorts.repurchase(after=after, **asked), repurchase_text
    else:
        result, written = data.cohorts.table(measure=measure, age_days=age, **asked), cohort_text
    if json_:
        emit(localise(result.model_dump(mode="json"), language))
        return
    CURRENCY.set(open_workspace(settings).currency)
    out.print(written(result, language))
