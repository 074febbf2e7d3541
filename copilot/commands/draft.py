"""`wellspring draft`: messages for a tier, changed by talking; or the whole grid, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from copilot.catalogue import localise, text
from copilot.cli_output import Bar, emit, fail, out, system_language
from copilot.commands.options import Json, Lang, Ws, checked_language, place_of, ready_index, spoken

if TYPE_CHECKING:
    from copilot.drafting.desk import DraftDesk
    from copilot.workspace import Workspace

commands = typer.Typer(invoke_without_command=True, help="Draft messages for a tier, change them by talking.")

Tier = Literal["high", "potential", "mid", "low", "dormant"]
Channel = Literal["sms", "push", "wecom", "email", "banner"]
Goal = Literal["activate", "second_order", "repurchase", "upsell", "win_back", "refer"]
Angle = Literal["benefit", "rhythm", "belonging", "curiosity", "service", "new_product"]
Season = Literal["spring", "summer", "autumn", "winter", "none"]
_PARTS = ("title", "preheader", "body", "button")
Words = Annotated[list[str] | None, typer.Option(help="May repeat.")]


@commands.callback()
def draft(
    context: typer.Context,
    tier: Annotated[Tier | None, typer.Option(help="Whom it is for.")] = None,
    channel: Annotated[Channel, typer.Option(help="Where it is read.")] = "sms",
    goal: Annotated[Goal | None, typer.Option(help="What it is to achieve; default: the tier's usual goal.")] = None,
    offer: Annotated[str, typer.Option(help='In words, e.g. "满199减30，6月1日至6月18日"; default: no promise.')] = "",
    n: Annotated[int, typer.Option(min=1, max=12, help="How many variants.")] = 3,
    angle: Annotated[Angle | None, typer.Option(help="One angle for all; default: a different one each.")] = None,
    category: Annotated[str, typer.Option(help="What it is about, e.g. 护肤 or snacks.")] = "",
    season: Annotated[Season | None, typer.Option(help="Default: that of the offer's first day or the data.")] = None,
    voice: Annotated[str, typer.Option(help="How it sounds: lively, formal, calm; a model takes any words.")] = "",
    link: Annotated[str, typer.Option(help="Landing page.")] = "",
    must_say: Words = None,
    must_not_say: Words = None,
    brand: Annotated[str, typer.Option(help="Who signs; default: the workspace's brand.")] = "",
    writer: Annotated[Literal["auto", "library", "model"], typer.Option(help="Who words them.")] = "auto",
    seed: Annotated[int, typer.Option(help="Another number, other wording.")] = 0,
    every: Annotated[bool, typer.Option("--all", help="Every tier, channel, 3 goals and both languages.")] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Draft message templates with their rule check, reason, figures and playbook."""
    if context.invoked_subcommand:
        return
    if every:
        _grid(offer, n, seed, workspace, lang, json_)
        return
    if tier is None:
        fail(text("draft.no_tier", system_language()))
    from copilot.drafting.desk import Request
    from copilot.drafting.wording import batch_text

    language = spoken(lang)
    place = place_of(workspace)
    batch = _desk(place, language).write(Request(
        tier=tier, channel=channel, goal=goal or "", language=language, offer=offer, angle=angle or "", n=n,
        category=category, season=season or "", voice=voice, link=link, must_say=must_say or [],
        must_not_say=must_not_say or [], brand=brand, writer=writer, seed=seed,
    ))  # fmt: skip
    if json_:
        emit(localise(batch.model_dump(mode="json"), language))
        return
    _priced(place)
    out.print(batch_text(batch, language))


@commands.command()
def revise(
    id: Annotated[str, typer.Argument(help="Draft id, or latest.")],
    wish: Annotated[str, typer.Argument(help='What to change: "更活泼一点", "shorter, no emoji", "加上会员日".')],
    lock: Annotated[
        list[str] | None, typer.Option(help="Part that stays: title, preheader, body or button; may repeat.")
    ] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Change a draft as you say; the version before stays."""
    from copilot.drafting.wording import revision_text

    language = spoken(lang)
    place = place_of(workspace)
    if unknown := set(lock or ()) - set(_PARTS):
        fail(text("draft.no_part", language, given=", ".join(sorted(unknown)), known=", ".join(_PARTS)))
    made = _desk(place, language).revise(id, wish, locked=lock or [])
    if json_:
        emit(localise(made.model_dump(mode="json"), language))
        return
    _priced(place)
    out.print(revision_text(made, language))


def _grid(offer: str, n: int, seed: int, workspace: str | None, lang: str | None, json_: bool) -> None:
    from copilot.drafting.grid import grid
    from copilot.drafting.wording import grid_text

    only = checked_language(lang)
    language = spoken(lang)
    desk = _desk(place_of(workspace), language)
    languages = [only] if only else ["zh", "en"]
    with Bar(text("draft.grid.note", language)) as bar:
        found = grid(desk, {each: offer for each in languages}, n=n, seed=seed, progress=bar.count)
    emit(localise(found.model_dump(mode="json"), language)) if json_ else out.print(grid_text(found, language))


def _desk(place: Workspace, language: str) -> DraftDesk:
    from copilot.drafting.desk import DraftDesk

    ready_index(place, language)
    return DraftDesk(place, place.knowledge())


def _priced(place: Workspace) -> None:
    from copilot.formatting import CURRENCY

    CURRENCY.set(place.currency)
