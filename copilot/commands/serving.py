"""`wellspring up`: the web page and the API."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import Bar, err, system_language
from copilot.commands.options import DEFAULT, Ws, open_workspace, settings_for

if TYPE_CHECKING:
    from copilot.workspace import Workspace

GARBAGE = 100_000
"""New objects after which Python looks for garbage. At its own 700 a start spends a quarter of its time on looking
through what is there to stay."""


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Further name people reach it by, e.g. behind a proxy; may repeat.")
    ] = None,
    workspace: Ws = None,
) -> None:
    """Start the web page and the API."""
    gc.set_threshold(GARBAGE)
    from copilot.api.serve import serve, web_socket  # only `up` needs a server
    from copilot.serving import only_server

    settings = settings_for(workspace)
    language = system_language()
    listener = web_socket(host, port)  # a taken port is told before any work is done
    with only_server(settings.directory, _address(host, port)):
        prepare(open_workspace(settings), language)
        model = settings.model if settings.language_model else text("cli.planner_answers", language)
        err.print(text("cli.ready", language, address=_address(host, port), workspace=settings.workspace, model=model))
        serve(settings, listener, host=host, names=allow_host or [])


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def prepare(workspace: Workspace, language: str) -> None:
    """Make what a first start needs: the demo brand (in the demo workspace only) and the knowledge index."""
    workspace.prepare()
    empty = workspace.data_store.current() is None and not workspace.engine.configured
    if workspace.settings.workspace == DEFAULT and empty:
        with Bar(text("cli.making_demo", language)) as bar:
            workspace.make_demo(progress=bar.share)
    with Bar(text("cli.indexing", language)) as bar:
        workspace.build_index(progress=bar.count)
