"""`wellspring demo | doctor`: the demo brand, and what works here."""

from __future__ import annotations

import typer

from copilot.catalogue import text
from copilot.cli_output import Bar, emit, out, system_language
from copilot.commands.options import DEFAULT, Json, Ws, open_workspace, settings_for


def demo(workspace: Ws = None, json_: Json = False) -> None:
    """Recreate the demo workspace from its seed."""
    language = system_language()
    place = open_workspace(settings_for(workspace or DEFAULT))
    place.prepare()
    with Bar(text("cli.making_demo", language)) as bar:
        truth = place.make_demo(progress=bar.share)
    made = {"brand": truth.brand, "customers": truth.customers, "orders": truth.orders, "directory": place.directory}
    if json_:
        emit({"workspace": place.settings.workspace, **made, "as_of": truth.as_of})
    else:
        counts = {"customers": f"{truth.customers:,}", "orders": f"{truth.orders:,}"}
        out.print(text("cli.demo_made", language, **made | counts))


def doctor(workspace: Ws = None, json_: Json = False) -> None:
    """Say what works, what is missing and how to mend it."""
    from copilot.doctor import examine

    findings = examine(settings_for(workspace), system_language())
    if json_:
        emit([finding.model_dump() for finding in findings])
    else:
        for finding in findings:
            out.print(f"{'ok ' if finding.ok else '!! '} {finding.what}: {finding.detail}")
            if finding.mend:
                out.print(f"    {finding.mend}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
