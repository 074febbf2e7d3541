"""`wellspring cohorts`: who came together, who came back, and what they were worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from copilot import shapes
from copilot.commands.options import CountBy, Json, Lang, Ws, answer

if TYPE_CHECKING:
    from tools.cohorts.results import CohortTable, RepurchaseCurve
    from tools.segment_data import SegmentData


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

    def asked(data: SegmentData) -> CohortTable | RepurchaseCurve:
        days = data.days(from_, to) if from_ or to else window
        common = {"by": by, "where": shapes.filters(where or []), "window": days}
        if repurchase:
            return data.cohorts.repurchase(after=after, **common)
        return data.cohorts.table(measure=measure, age_days=age, **common)

    written = repurchase_text if repurchase else cohort_text
    answer(asked, written, workspace, lang, json_, count_by)
