"""`wellspring campaign`: briefs, texts and their way through review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.catalogue import localise, text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken
from tools.errors import BadArgument

if TYPE_CHECKING:
    from copilot.campaigns.desk import CampaignDesk
    from copilot.campaigns.results import Campaign
    from copilot.workspace import Workspace

commands = typer.Typer(help="Campaigns: brief, check, review; `wellspring approve` approves one.")

Id = Annotated[str, typer.Argument(help="Campaign id, e.g. campaign-3 or 3.")]
Note = Annotated[str, typer.Option("--note", help="Why it may be sent where the rules warn.")]


@commands.command()
def new(
    words: Annotated[str, typer.Argument(help="What it is: for whom, to what end, offer, channels, dates.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Make a campaign from one sentence, with a text for each channel."""
    from copilot.campaigns.wording import told

    language, desk = spoken(lang), desk_of(workspace)
    made = desk.create(desk.read(words), now())
    if not json_:
        out.print(told(made, language) + "\n")
    show_one(made, language, json_)


@commands.command("list")
def list_(
    state: Annotated[str, typer.Option(help="draft, in_review, returned, approved, exported or measured.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List the campaigns, the latest first."""
    from copilot.campaigns.wording import dumped, summary

    language, found = spoken(lang), desk_of(workspace).all(state)
    if json_:
        emit({"campaigns": [dumped(each, language) for each in found]})
    else:
        out.print("\n".join(summary(each, language) for each in found) or text("campaign.none", language))


@commands.command()
def show(id: Id, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Show a campaign whole: brief, texts, history."""
    show_one(desk_of(workspace).get(id), spoken(lang), json_)


@commands.command()
def edit(
    id: Id,
    settings: Annotated[list[str], typer.Argument(help="field=value, e.g. end=2026-11-11 channels=sms,wecom.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Set fields of the brief; any edit voids an approval."""
    desk = desk_of(workspace)
    changes = dict(_setting(given) for given in settings)
    show_one(desk.edit(id, desk.get(id).version, changes, now()), spoken(lang), json_)


@commands.command()
def word(
    id: Id,
    channel: Annotated[str, typer.Option(help="Channel of the text.")],
    body: Annotated[str, typer.Option(help="The text; merge fields stay as {name}.")],
    title: Annotated[str, typer.Option(help="Push title or e-mail subject.")] = "",
    preheader: Annotated[str, typer.Option(help="E-mail preheader.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Word a channel's text by hand."""
    from tools.drafting.finish import Words

    desk = desk_of(workspace)
    changed = desk.reword(id, desk.get(id).version, channel, Words(title, preheader, body), now())
    show_one(changed, spoken(lang), json_)


@commands.command()
def revise(
    id: Id,
    wish: Annotated[str, typer.Argument(help="What to change, e.g. 更活泼一点 or 'shorter, no emoji'.")],
    channel: Annotated[str, typer.Option(help="Channel of the text.")],
    lock: Annotated[list[str] | None, typer.Option(help="Part that stays: title, preheader, body, button.")] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Change a channel's text by talking."""
    desk = desk_of(workspace)
    changed = desk.revise(id, desk.get(id).version, channel, wish, now(), locked=lock or ())
    show_one(changed, spoken(lang), json_)


@commands.command()
def check(id: Id, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Say what is missing, who may be contacted and why others may not, and what the texts break."""
    from copilot.campaigns.wording import check_lines

    language, place = spoken(lang), place_of(workspace)
    desk = _desk(place)
    found = desk.check(desk.get(id))
    if json_:
        emit(localise(found.model_dump(mode="json"), language))
    else:
        out.print("\n".join(check_lines(found, language, place.currency)))


@commands.command()
def submit(id: Id, note: Note = "", workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Hand a campaign to review."""
    desk = desk_of(workspace)
    show_one(desk.submit(id, desk.get(id).version, now(), note=note), spoken(lang), json_)


@commands.command("return")
def return_(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Campaigns, e.g. campaign-3 or 3.")],
    reason: Annotated[str, typer.Option(help="Why; words of the text that it quotes are not drafted again.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Return campaigns to their authors: for a reviewer or an admin."""
    desk = desk_of(workspace)
    to_each(desk, ids, lambda id: desk.send_back(id, desk.get(id).version, reason, now()), spoken(lang), json_)


@commands.command()
def comment(
    id: Id,
    said: Annotated[str, typer.Argument(help="What to say of it.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Comment on a campaign as it is."""
    show_one(desk_of(workspace).comment(id, said, now()), spoken(lang), json_)


@commands.command()
def measure(
    id: Id,
    sent_as: Annotated[str, typer.Option(help="Id or name in the loaded messages; default: its own id.")] = "",
    metric: Annotated[str, typer.Option(help="Which lift; default: conversion_lift.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Note what an exported campaign's holdout test came to."""
    show_one(desk_of(workspace).measure(id, sent_as, now(), metric=metric), spoken(lang), json_)


@commands.command()
def diff(
    id: Id,
    before: Annotated[int, typer.Argument(help="A version; default: the one before the latest.")] = 0,
    after: Annotated[int, typer.Argument(help="A version; default: the latest.")] = 0,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Compare two versions of a campaign."""
    from copilot.campaigns.diff import difference
    from copilot.campaigns.wording import difference_lines

    language, campaign = spoken(lang), desk_of(workspace).get(id)
    after = after or campaign.version
    found = difference(campaign, before or max(after - 1, 1), after)
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print("\n".join(difference_lines(found, language)))


def show_one(campaign: Campaign, language: str, json_: bool) -> None:
    from copilot.campaigns.wording import dumped, whole

    if json_:
        emit(dumped(campaign, language))
    else:
        out.print(whole(campaign, language))


def to_each(
    desk: CampaignDesk, ids: list[str], act: Callable[[str], Campaign], language: str, json_: bool
) -> None:  # fmt: skip
    """Do one thing to campaigns: one is shown whole, of several each outcome; exit code 2 where one refused."""
    from copilot.campaigns.wording import dumped_outcome, outcome_line

    if len(ids) == 1:
        show_one(act(ids[0]), language, json_)
        return
    found = desk.each(ids, act)
    if json_:
        emit({"outcomes": [dumped_outcome(each, language) for each in found]})
    else:
        out.print("\n".join(outcome_line(each, language) for each in found))
    if any(each.error for each in found):
        raise SystemExit(2)


def desk_of(workspace: str | None) -> CampaignDesk:
    return _desk(place_of(workspace))


def _desk(place: Workspace) -> CampaignDesk:
    from copilot.campaigns.desk import CampaignDesk

    return CampaignDesk(place, "cli")


def now() -> datetime:
    return datetime.now(UTC)


_LISTS = frozenset({"channels", "exclusions", "must_say", "must_not_say"})
_EMPTY = frozenset({"", "none", "null", "-"})


def _setting(given: str) -> tuple[str, Any]:
    """Raises BadArgument for what is not field=value."""
    field, equals, value = (part.strip() for part in given.partition("="))
    if not (field and equals):
        raise BadArgument("campaign_setting", given=given)
    if field in _LISTS:
        return field, [part.strip() for part in value.replace("，", ",").replace("|", ",").split(",") if part.strip()]
    return field, (None if field not in ("offer", "segment", "voice", "link", "name") and value in _EMPTY else value)
