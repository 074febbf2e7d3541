"""`wellspring COMMAND`: a contract others script against.

Results go to standard output (one JSON object with --json), errors to standard error as one
sentence with a way out, exit code 2; a traceback only with --debug.
"""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

from copilot.cli_run import run
from copilot.commands import (
    approve,
    asking,
    campaign,
    check,
    cohorts,
    connect,
    diagnose,
    documents,
    draft,
    erase,
    health,
    knowledge,
    lessons,
    lifetime,
    link,
    loading,
    metrics,
    next_best,
    passage,
    people,
    personalize,
    profile,
    quarantine,
    segment,
    serving,
    tags,
    tiers,
    trace,
    upkeep,
    usage,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Wellspring (聪明泉): an operations copilot for a consumer brand's customer base.",
)

# In the order of the help page.
app.command()(serving.up)
app.command()(loading.load)
app.command()(connect.connect)
app.command()(quarantine.loads)
app.command()(quarantine.quarantine)
app.command()(asking.ask)
app.command()(metrics.metric)
app.command()(metrics.metrics)
app.add_typer(tiers.commands, name="tiers")
app.command()(cohorts.cohorts)
app.command()(tags.tags)
app.command()(segment.segment)
app.command()(personalize.personalize)
app.command()(next_best.next_best)
app.command()(profile.profile)
app.command()(lifetime.lifetime)
app.command()(health.health)
app.add_typer(link.commands, name="link")
app.command()(diagnose.diagnose)
app.command()(knowledge.search)
app.command()(passage.passage)
app.command()(documents.index)
app.add_typer(documents.commands, name="documents")
app.add_typer(draft.commands, name="draft")
app.add_typer(lessons.commands, name="lessons")
app.command()(check.check)
app.add_typer(campaign.commands, name="campaign")
app.command()(approve.approve)
app.add_typer(approve.audit, name="audit")
app.add_typer(people.commands, name="people")
app.command()(usage.usage)
app.add_typer(trace.commands, name="trace")
app.command()(erase.erase)
app.command()(upkeep.demo)
app.command()(upkeep.doctor)


def main() -> None:
    for entry in entry_points(group="wellspring.commands"):  # packages above this one bring their own
        app.add_typer(entry.load(), name=entry.name)
    run(app)
