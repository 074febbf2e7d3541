"""`wellspring lifetime`: whom the brand is losing, and what its customers are worth."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

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
    from copilot.formatting import CURRENCY
    from copilot.lifetimetext import lifetime_text

    language = checked_language(lang) or system_language()
    settings = known_workspace(settings_for(workspace))
    report = data_of(settings, language, count_by).lifetime.report(to.date() if to else None)
    if json_:
        emit(localise(report.model_dump(mode="json"), language))
        return
    CURRENCY.set(open_workspace(settings).currency)
    out.print(lifetime_text(report, language))
