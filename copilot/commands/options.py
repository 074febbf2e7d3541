"""Options that commands share, and how they open a workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from copilot.catalogue import LANGUAGES, localise, text
from copilot.cli_output import Bar, emit, fail, out, system_language
from copilot.settings import Settings

if TYPE_CHECKING:
    from copilot.workspace import Workspace
    from tools.results import Frozen
    from tools.segment_data import SegmentData

    Result = TypeVar("Result", bound=Frozen)

DEFAULT = Settings.model_fields["workspace"].default
Ws = Annotated[str | None, typer.Option("--workspace", help="Workspace name.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the question's or the system's.")]

CountBy = Annotated[
    Literal["account", "person"] | None, typer.Option(help="What a customer is; default: as the profile says.")
]


def settings_for(workspace: str | None, **changes: Any) -> Settings:
    chosen = {"workspace": workspace} if workspace else {}
    return Settings(**chosen, **changes)


def open_workspace(settings: Settings) -> Workspace:
    from copilot.workspace import Workspace  # heavy; --help and a misused command need none of it

    return Workspace(settings)


def known_workspace(settings: Settings) -> Settings:
    """Refuse a name that nobody made: a typing error must not found a workspace."""
    if settings.workspace != DEFAULT and not settings.directory.is_dir():
        made = sorted({path.parent.name for part in ("data", "store") for path in settings.home.glob(f"*/{part}/")})
        fail(text("cli.no_workspace", system_language(), given=settings.workspace, made=", ".join(made) or "-"))
    return settings


def checked_language(lang: str | None) -> str | None:
    if lang is not None and lang not in LANGUAGES:
        fail(text("cli.bad_lang", system_language(), given=lang))
    return lang


def spoken(lang: str | None) -> str:
    """The language to answer in: --lang, else the system's."""
    return checked_language(lang) or system_language()


def place_of(workspace: str | None) -> Workspace:
    """The workspace that a command names; it must be there."""
    return open_workspace(known_workspace(settings_for(workspace)))


def data_of(place: Workspace, language: str, count_by: Literal["account", "person"] | None = None) -> SegmentData:
    """The loaded data; nothing loaded ends the command."""
    data = place.data(count_by or "")
    if data is None:
        fail(text("error.nothing_loaded", language))
    return data


def ready_index(workspace: Workspace, language: str) -> None:
    """Build the knowledge index where there is none; that takes a while, so it shows."""
    workspace.prepare()
    if workspace.index_store.current() is None:
        with Bar(text("cli.indexing", language)) as bar:
            workspace.build_index(progress=bar.count)


def answer(
    ask: Callable[[SegmentData], Result],
    written: Callable[[Result, str], str],
    workspace: str | None,
    lang: str | None,
    json_: bool,
    count_by: Literal["account", "person"] | None = None,
) -> None:
    """Ask the workspace's data and print the result: as JSON, or written in the workspace's currency."""
    from copilot.formatting import CURRENCY

    language = spoken(lang)
    place = place_of(workspace)
    result = ask(data_of(place, language, count_by))
    if json_:
        emit(localise(result.model_dump(mode="json"), language))
        return
    CURRENCY.set(place.currency)
    out.print(written(result, language))
