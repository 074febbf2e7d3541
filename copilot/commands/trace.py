"""`wellspring trace`: the full story of every answer, and the same question again by another model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer.core import TyperGroup

from copilot.catalogue import text
from copilot.cli_output import emit, out
from copilot.commands.options import Json, Lang, Ws, place_of, spoken

if TYPE_CHECKING:
    from copilot.workspace import Workspace

KEY = "WELLSPRING_REPLAY_API_KEY"


class _Stories(TyperGroup):
    """`trace ID` is `trace show ID`."""

    def parse_args(self, ctx, args: list[str]) -> list[str]:  # noqa: ANN001
        named = bool(args) and not args[0].startswith("-") and args[0] not in self.commands
        return super().parse_args(ctx, ["show", *args] if named else args)


commands = typer.Typer(cls=_Stories, invoke_without_command=True, help="The full story of every answer.")
Id = Annotated[str, typer.Argument(help="The answer's id, or the first 6 characters of it or more.")]


@commands.callback()
def trace(
    context: typer.Context,
    thread: Annotated[str, typer.Option(help="Only this conversation.")] = "",
    state: Annotated[
        Literal["running", "done", "failed", "interrupted"] | None, typer.Option(help="Only these.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """List the latest answers; `trace ID` shows one whole, `trace replay ID` asks it again."""
    if context.invoked_subcommand is None:
        _list(place_of(workspace), thread, state or "", limit, spoken(lang), json_)


@commands.command()
def show(
    id: Id,
    requests: Annotated[bool, typer.Option("--requests", help="With every message that was sent.")] = False,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Show the story of an answer."""
    from copilot.tracing.text import whole
    from copilot.tracing.tracer import open_tracer, stories
    from tools.errors import BadArgument

    place = place_of(workspace)
    tracer = open_tracer(place)
    try:
        found = stories(tracer, place.settings.role).get(id)
    finally:
        tracer.close()
    if found is None:
        raise BadArgument("no_trace", given=id)
    emit(found.model_dump(mode="json")) if json_ else out.print(whole(found, spoken(lang), requests=requests))


@commands.command()
def replay(
    id: Id,
    model: Annotated[str, typer.Option(help="wellspring-planner or a model's name; default: the configured one.")] = "",
    base_url: Annotated[
        str | None, typer.Option(help=f"Where it is served, if elsewhere; its key comes from {KEY}.")
    ] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Ask the same question again over a copy of the workspace, and compare the two answers."""
    import asyncio

    from pydantic import SecretStr

    from copilot.tracing.replay import answering
    from copilot.tracing.replay import replay as asked_again
    from copilot.tracing.text import compared

    place = place_of(workspace)
    key = SecretStr(os.environ[KEY]) if os.environ.get(KEY) else None
    by = answering(place.settings, model=model, base_url=base_url, api_key=key)
    found = asyncio.run(asked_again(place, id, by))
    emit(found.model_dump(mode="json")) if json_ else out.print(compared(found, spoken(lang)))


def _list(place: Workspace, thread: str, state: str, limit: int, language: str, json_: bool) -> None:
    from copilot.tracing.text import summary
    from copilot.tracing.tracer import open_tracer, stories

    tracer = open_tracer(place)
    try:
        found = stories(tracer, place.settings.role).latest(thread=thread, state=state, limit=limit)
    finally:
        tracer.close()
    if json_:
        emit({"traces": [each.model_dump(mode="json") for each in found]})
        return
    if found:
        out.print("\n".join("  ".join(summary(each, language)) for each in found))
    else:
        out.print(text("trace.none" if place.settings.trace_days else "trace.off", language))
