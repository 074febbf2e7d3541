"""`wellspring lessons`: what the team has learnt, proposed and decided on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, fail, out, system_language
from copilot.commands.options import Json, Lang, Ws, place_of, spoken

if TYPE_CHECKING:
    from copilot.lessons.desk import LessonDesk
    from copilot.lessons.results import Lesson

commands = typer.Typer(invoke_without_command=True, help="What the team has learnt: propose it, decide on it, read it.")

Id = Annotated[str, typer.Argument(help="Lesson id, e.g. lesson-3 or 3.")]
Remark = Annotated[str, typer.Option("--note", help="Remark on the decision.")]


@commands.callback()
def lessons(context: typer.Context, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """List the lessons. A command below proposes one, decides on one or shows it whole."""
    if context.invoked_subcommand is None:
        _list("", workspace, lang, json_)
    elif any((workspace, lang, json_)):
        raise typer.BadParameter(text("link.options_last", system_language(), command=context.invoked_subcommand))


@commands.command("list")
def list_(
    state: Annotated[
        Literal["proposed", "approved", "rejected", "withdrawn", "expired"] | None, typer.Option(help="Only these.")
    ] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List the lessons, the latest first."""
    _list(state or "", workspace, lang, json_)


@commands.command()
def show(id: Id, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Show a lesson whole: result, evidence, note, history."""
    _show(_desk(workspace).get(id, _now()), spoken(lang), json_)


@commands.command()
def propose(
    campaign: Annotated[str, typer.Option(help="Id or name of a campaign: its holdout result is proposed.")] = "",
    metric: Annotated[str, typer.Option(help="Which lift of the campaign; default: conversion_lift.")] = "",
    note: Annotated[str, typer.Option(help="What to remember, in your own words.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Propose a lesson: what a campaign's holdout test came to, a note, or both."""
    from copilot.lessons.wording import told

    language = spoken(lang)
    if not (campaign or note):
        fail(text("error.lesson_source", language))
    desk = _desk(workspace)
    if campaign:
        lesson = desk.propose_test(campaign, metric, note, language=language, at=_now())
    else:
        lesson = desk.propose_note(note, at=_now())
    if not json_:
        out.print(told(lesson, language) + "\n")
    _show(lesson, language, json_)


@commands.command()
def approve(
    id: Id,
    note: Remark = "",
    valid_until: Annotated[str, typer.Option(help="Last day on which it holds, e.g. 2027-06-30.")] = "",
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Approve a proposed lesson: from now on it is found and cited."""
    language = spoken(lang)
    until = _day(valid_until, language)
    _show(_desk(workspace).decide(id, "approved", at=_now(), note=note, valid_until=until), language, json_)


@commands.command()
def reject(id: Id, note: Remark = "", workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Reject a proposed lesson."""
    _show(_desk(workspace).decide(id, "rejected", at=_now(), note=note), spoken(lang), json_)


@commands.command()
def withdraw(id: Id, note: Remark = "", workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Withdraw an approved lesson: it is no longer found or cited."""
    _show(_desk(workspace).decide(id, "withdrawn", at=_now(), note=note), spoken(lang), json_)


def _list(state: str, workspace: str | None, lang: str | None, json_: bool) -> None:
    from copilot.lessons.wording import summary

    language = spoken(lang)
    found = _desk(workspace).all(_now(), state)
    if json_:
        emit({"lessons": [_dumped(lesson, language) for lesson in found]})
    else:
        out.print("\n".join(summary(lesson, language) for lesson in found) or text("lesson.none", language))


def _show(lesson: Lesson, language: str, json_: bool) -> None:
    from copilot.lessons.wording import whole

    if json_:
        emit(_dumped(lesson, language))
    else:
        out.print(whole(lesson, language))


def _dumped(lesson: Lesson, language: str) -> dict:
    from copilot.lessons.wording import dumped

    return dumped(lesson, language)


def _desk(workspace: str | None) -> LessonDesk:
    from copilot.lessons.desk import LessonDesk

    return LessonDesk(place_of(workspace), "cli")


def _now() -> datetime:
    return datetime.now(UTC)


def _day(given: str, language: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        fail(text("error.lesson_day", language, given=given))
