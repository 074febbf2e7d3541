"""`wellspring tiers`: the five tiers over time and why a customer is in one, RFM segments, lifecycle, the rules."""

from __future__ import annotations

from typing import Annotated

import typer

from copilot import shapes
from copilot.cli_output import emit, out
from copilot.commands.options import CountBy, Json, Lang, Ws, answer, data_of, place_of, spoken

commands = typer.Typer(invoke_without_command=True, help="The five tiers: sizes, moves, reasons; RFM; lifecycle.")

AsOf = Annotated[str, typer.Option("--as-of", help="Day, e.g. 2024-11-30; default: the data's last day.")]
Rules = Annotated[
    str, typer.Option("--rules", help="Version of the rules, or shown for those in force on each day.")
]  # fmt: skip
Days = Annotated[str, typer.Argument(help="First..last day, e.g. 2024-10-31..2024-11-30; default: the month so far.")]
CutPoints = Annotated[
    list[str] | None,
    typer.Option("--cut-points", help="recency=30,60,120,240; also frequency= and monetary=, all three."),
]


@commands.callback()
def tiers(
    context: typer.Context,
    as_of: AsOf = "",
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Size, revenue and rhythm of the five tiers on a day."""
    if context.invoked_subcommand:
        # What is said before the command holds for it too.
        said = {name: value for name, value in context.params.items() if value}
        context.default_map = {context.invoked_subcommand: said}
        return
    from copilot.tiertext import overview_text

    answer(lambda data: data.tiers.overview(as_of, rules), overview_text, workspace, lang, json_, count_by)


@commands.command()
def migration(
    days: Days = "",
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Moves between tiers from one day to another: customers, shares and money."""
    from copilot.tiertext import migration_text

    first, last = shapes.two_days(days)
    answer(lambda data: data.tiers.migration(first, last, rules), migration_text, workspace, lang, json_, count_by)


@commands.command()
def moved(
    move: Annotated[str, typer.Argument(help="from:to, e.g. high:dormant or new:potential.")],
    days: Days = "",
    limit: Annotated[int, typer.Option(min=1, help="How many customers at most.")] = 100,
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Who moved from one tier to another, the largest spend before it first."""
    from copilot.tiertext import moved_text

    (source, target), (first, last) = shapes.move(move), shapes.two_days(days)
    answer(
        lambda data: data.tiers.moved(source, target, first, last, rules, limit), moved_text,
        workspace, lang, json_, count_by,
    )  # fmt: skip


@commands.command()
def expected(
    as_of: AsOf = "",
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Tier sizes a month on, if moves repeat those of past months."""
    from copilot.tiertext import expected_text

    answer(lambda data: data.tiers.expected(as_of, rules), expected_text, workspace, lang, json_, count_by)


@commands.command()
def history(
    months: Annotated[int, typer.Argument(help="How many month ends.")] = 12,
    as_of: AsOf = "",
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Tier sizes at the last month ends."""
    from copilot.tiertext import history_text

    answer(lambda data: data.tiers.history(months, as_of, rules), history_text, workspace, lang, json_, count_by)


@commands.command()
def why(
    customer: Annotated[str, typer.Argument(help="Customer id.")],
    as_of: AsOf = "",
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Why a customer is in their tier, stage and segment: every rule with their value and the threshold."""
    from copilot.profiletext import why_text

    answer(lambda data: data.tiers.why(customer, as_of, rules), why_text, workspace, lang, json_, count_by)


@commands.command()
def rfm(
    as_of: AsOf = "",
    ties: Annotated[str, typer.Option(help="A customer on a quintile goes to the bin: upper, lower or r_rfm.")] = "",
    cut_points: CutPoints = None,
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """RFM scores and segments; the workspace's rfm.yaml may define both."""
    from copilot.profiletext import rfm_text

    points = shapes.filters(cut_points or [], "bad_cut_points")
    answer(lambda data: data.tiers.rfm(as_of, ties, points), rfm_text, workspace, lang, json_, count_by)


@commands.command()
def lifecycle(
    as_of: AsOf = "",
    rules: Rules = "",
    count_by: CountBy = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Customers in each stage of the lifecycle."""
    from copilot.profiletext import lifecycle_text

    answer(lambda data: data.tiers.lifecycle(as_of, rules), lifecycle_text, workspace, lang, json_, count_by)


@commands.command()
def rules(
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="name=value, e.g. dormancy_days=120; may repeat.")
    ] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Take the horizon from today's orders.")] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """The tier rules: their versions, and how to change one. Membership under earlier versions stays."""
    from copilot.tiertext import rules_text

    language = spoken(lang)
    place = place_of(workspace)
    if set_:
        place.set_tier_rules(shapes.changes(set_))
    if estimate:
        place.estimate_tier_rules()
    versions = data_of(place, language).tiers.versions()
    if json_:
        emit({"versions": [version.model_dump(mode="json") for version in versions]})
    else:
        out.print(rules_text(versions, language))
