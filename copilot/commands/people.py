"""`wellspring people`: who may sign in to the page and the API, each in a role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken
from tools.roles import Role

if TYPE_CHECKING:
    from copilot.team import Person
    from copilot.workspace import Workspace

commands = typer.Typer(no_args_is_help=True, help="Who may sign in to the page and the API, each in a role.")

Name = Annotated[str, typer.Argument(help="Name, as the history of decisions shows it.")]
Ask = Annotated[bool, typer.Option("--ask", help="Type the secret instead of having one made up.")]


@commands.command("list")
def list_(workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """List the people; with nobody named, nobody signs in."""
    language, people = spoken(lang), place_of(workspace).team.all().values()
    if json_:
        emit({"people": [{"name": person.name, "role": person.role} for person in people]})
    else:
        out.print("\n".join(_line(person, language) for person in people) or text("people.none", language))


@commands.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may do.")] = "operator",
    ask: Ask = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Name somebody; their secret is shown once. It takes an admin: WELLSPRING_ROLE=admin."""
    language, place = spoken(lang), place_of(workspace)
    secret = place.team_to_change.add(name, role, _typed(language) if ask else "")
    _told(place, "added", name, "" if ask else secret, language, json_)


@commands.command()
def change(
    name: Name,
    role: Annotated[Role | None, typer.Option(help="Their new role.")] = None,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Make up a new secret.")] = False,
    ask: Ask = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Give somebody another role or another secret."""
    language, place = spoken(lang), place_of(workspace)
    given = _typed(language) if ask else "" if new_secret else None
    secret = place.team_to_change.change(name, role=role, secret=given)
    _told(place, "changed", name, "" if ask else secret, language, json_)


@commands.command()
def remove(name: Name, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Take somebody off; what they decided stays in the history."""
    language, place = spoken(lang), place_of(workspace)
    place.team_to_change.remove(name)
    _noted(place, "removed", name)
    if json_:
        emit({"name": name, "left": len(place.team.all())})
        return
    out.print(text("people.removed", language, name=name))
    if not place.team.all():
        out.print(text("people.removed_last", language))


def _told(place: Workspace, act: str, name: str, secret: str, language: str, json_: bool) -> None:
    _noted(place, act, name)
    person = place.team.get(name)
    if json_:
        emit({"name": person.name, "role": person.role, "secret": secret or None})
        return
    out.print(text(f"people.{act}", language, name=person.name, role=text(f"role.{person.role}", language)))
    if secret:
        out.print(text("people.secret", language, secret=secret))


def _noted(place: Workspace, act: str, name: str) -> None:
    """Who may approve is part of what an approval is worth: it goes on the trail."""
    from copilot.lessons.results import Actor

    by = Actor(name=place.settings.user, role=place.settings.role, reach="cli")
    place.campaign_store.noted(by, datetime.now(UTC), f"person_{act}", name)


def _line(person: Person, language: str) -> str:
    return text("people.line", language, name=person.name, role=text(f"role.{person.role}", language))


def _typed(language: str) -> str:
    return typer.prompt(text("people.ask", language), hide_input=True, confirmation_prompt=True, err=True)
