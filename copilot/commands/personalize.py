"""`wellspring personalize`: how a text reads for real customers, and its send list; a real one takes an approval."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from copilot.catalogue import text as say
from copilot.cli_output import Bar, emit, fail, out
from copilot.commands.options import Json, Ws, checked_language, place_of, spoken

if TYPE_CHECKING:
    from copilot.workspace import Workspace
    from tools.exporting.job import SendJob
    from tools.exporting.manifest import Manifest


def personalize(
    text: Annotated[str, typer.Option(metavar="TEXT|FILE", help="The message, or a .txt or .md file with it.")] = "",
    title: Annotated[str, typer.Option(help="Push or banner title, e-mail subject.")] = "",
    preheader: Annotated[str, typer.Option(help="E-mail preheader.")] = "",
    campaign: Annotated[str, typer.Option(metavar="ID", help="An approved campaign instead of a text.")] = "",
    tier: Annotated[list[str] | None, typer.Option(help="Tier to write to; may repeat.")] = None,
    segment: Annotated[str, typer.Option(metavar="NAME[@VERSION]", help="Saved segment to write to.")] = "",
    exclude: Annotated[list[str] | None, typer.Option(help="List, segment or words to leave out; may repeat.")] = None,
    channel: Annotated[
        Literal["sms", "push", "wecom", "email", "banner"] | None, typer.Option(help="Where it is to be sent.")
    ] = None,
    offer: Annotated[str, typer.Option(help="The offer in words, e.g. 满199减30.")] = "",
    holdout: Annotated[float, typer.Option(help="Share held out of every tier.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Another number draws another holdout.")] = 0,
    name: Annotated[str, typer.Option(help="What the campaign is called.")] = "",
    out_: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the send list here.")] = None,
    sender: Annotated[str, typer.Option(help="Whose columns: generic, aliyun-sms, … or your own.")] = "generic",
    format_: Annotated[Literal["csv", "xlsx"], typer.Option("--format", help="Kind of file.")] = "csv",
    workspace: Ws = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="zh or en: the text's language; default: told from it.")
    ] = None,
    json_: Json = False,
) -> None:
    """Preview a text for real and awkward customers; with --out write its send list, a dry run unless --campaign."""
    language, place = spoken(lang), place_of(workspace)
    if bool(text) == bool(campaign):
        fail(say("error.send_text_or_campaign", language))
    now = datetime.now(UTC)
    if campaign:
        if out_ is None:
            fail(say("error.send_needs_out", language))
        manifest = _campaign(place, campaign, out_, now, channel=channel or "", sender=sender, kind=format_)
        _show_manifest(manifest, out_, language, json_)
        return
    told = {"title": title, "preheader": preheader, "tiers": tier or [], "segment": segment, "exclude": exclude or [],
            "channel": channel or "sms", "offer": offer, "holdout": holdout, "seed": seed, "name": name}  # fmt: skip
    job = _job(place, text, checked_language(lang) or "", told)
    if out_ is None:
        _preview(place, job, language, json_)
        return
    with Bar(say("personalize.writing", language)) as bar:
        from copilot.sending import send_desk

        manifest = send_desk(place).export(job, out_, at=now, role=place.settings.role, sender=sender, kind=format_,
                                           progress=bar.count)  # fmt: skip
    _show_manifest(manifest, out_, language, json_)


def _campaign(place: Workspace, id: str, out_: Path, now: datetime, **how: str) -> Manifest:
    from copilot.commands.campaign import desk_of
    from copilot.sending import export_campaign

    with Bar(say("personalize.writing", spoken(None))) as bar:
        return export_campaign(place, desk_of(place.settings.workspace), id, out_, at=now, progress=bar.count, **how)


def _job(place: Workspace, given: str, language: str, told: dict) -> SendJob:
    from copilot.checking import names_file, read_file
    from copilot.language import language_of
    from copilot.sending import brand_of
    from tools.errors import BadArgument
    from tools.exporting.job import Audience, SendJob
    from tools.offer import parse_offer
    from tools.personalize.template import Text
    from tools.results import TIERS

    body = read_file(Path(given))[0].text if names_file(given) else given
    tongue = language or language_of(body)
    for each in told["tiers"]:
        if each not in TIERS:
            raise BadArgument("send_tier", given=each, alternatives=list(TIERS))
    offer = told.pop("offer")
    promised = parse_offer(offer, tongue, as_of=place.today) if offer else None
    if offer and promised is None:
        raise BadArgument("send_offer", given=offer)
    words = Text(id="text-1", title=told.pop("title"), preheader=told.pop("preheader"), body=body)
    audience = Audience(tiers=told.pop("tiers"), segment=told.pop("segment"))
    name = told.pop("name") or say("personalize.unnamed", tongue)
    return SendJob(**told, name=name, texts=[words], audience=audience, language=tongue, offer=promised,
                   **brand_of(place, tongue))  # fmt: skip


def _preview(place: Workspace, job: SendJob, language: str, json_: bool) -> None:
    from copilot.sending import send_desk
    from copilot.sendtext import preview_lines, reach_line
    from tools.roles import require

    require(place.settings.role, "export")
    desk = send_desk(place)
    reach, shown = desk.reach(job), desk.preview(job)
    if json_:
        emit({"reach": reach.model_dump(mode="json"), "preview": [each.model_dump(mode="json") for each in shown]})
    else:
        out.print("\n".join([reach_line(reach, language), "", *preview_lines(shown, language)]))


def _show_manifest(manifest: Manifest, directory: Path, language: str, json_: bool) -> None:
    from copilot.sendtext import manifest_lines

    if json_:
        emit(manifest.model_dump(mode="json"))
    else:
        out.print("\n".join(manifest_lines(manifest, str(directory), language)))
