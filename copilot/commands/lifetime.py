"""`wellspring lifetime`: whom the brand is losing, and what its customers are worth."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from copilot.commands.options import CountBy, Json, Lang, Ws, answer


def lifetime(
    to: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day to fit on; the days after it check the model."),
    ] = None,
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Fit BG/NBD, Pareto/NBD and Gamma-Gamma, check them on days kept back, and look ahead by tier."""
    from copilot.lifetimetext import lifetime_text

    end = to.date() if to else None
    answer(
        lambda data: data.lifetime.report(end), lifetime_text,
        workspace, lang, json_, count_by,
    )  # fmt: skip
