"""`wellspring lifetime`: whom the brand is losing, and what its customers are worth."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer

from copilot.commands.options import CountBy, Json, Lang, Ws, answer


def lifetime(
    to: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day to fit on; the days after it check the model."),
    ] = None,
    horizon: Annotated[int, typer.Option(help="Days to look ahead.")] = 365,
    unit: Annotated[Literal["weeks", "days"], typer.Option(help="Time unit of the models' parameters.")] = "weeks",
    customer: Annotated[str, typer.Option(help="Customer id: what the model sees and expects of one customer.")] = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Fit BG/NBD, Pareto/NBD and Gamma-Gamma, check them on days kept back, and look ahead by tier."""
    from copilot.lifetimetext import customer_text, lifetime_text

    end = to.date() if to else None
    if customer:
        answer(
            lambda data: data.lifetime.customer(customer, end, horizon, unit), customer_text,
            workspace, lang, json_, count_by,
        )  # fmt: skip
        return
    answer(
        lambda data: data.lifetime.report(end, horizon, unit), lifetime_text,
        workspace, lang, json_, count_by,
    )  # fmt: skip
