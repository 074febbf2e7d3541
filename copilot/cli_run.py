"""Run a command line: where its log goes, and every refusal as one sentence with exit code 2."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

import typer
from pydantic import ValidationError
from typer._click.exceptions import ClickException  # Typer bundles Click and exports no base error
from typer.main import get_command

from copilot.catalogue import LANGUAGES, text
from copilot.cli_output import ASKED, fail, system_language


def run(app: typer.Typer) -> None:
    """Run the process's arguments as a command and end the process."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    ASKED.set(_asked(arguments))
    debug = len(arguments) < len(sys.argv) - 1
    # A server keeps its log on standard error; elsewhere a traceback is for --debug only.
    quiet = not debug and arguments[:1] != ["up"]
    logging.basicConfig(level=logging.CRITICAL if quiet else logging.ERROR, stream=sys.stderr)
    if debug:  # our own packages only: the libraries' logs hold whole conversations
        for package in ("copilot", "tools", "knowledge", "ui"):
            logging.getLogger(package).setLevel(logging.DEBUG)
    guarded(lambda: _run(app, arguments), debug=debug)


def _asked(arguments: list[str]) -> str:
    """The language of `--lang zh` or `--lang=zh`, "" for none of ours."""
    words = " ".join(arguments).replace("--lang=", "--lang ").split()
    after = words[words.index("--lang") + 1 :] if "--lang" in words else []
    return after[0] if after and after[0] in LANGUAGES else ""


def _run(app: typer.Typer, arguments: list[str]) -> None:
    # Not "standalone": a misused command is one sentence, not a usage page.
    try:
        status = get_command(app).main(args=arguments, standalone_mode=False, prog_name="wellspring")
    except ClickException as error:
        why = error.format_message().replace("Value error, ", "").rstrip(".")
        command = error.ctx.command_path if getattr(error, "ctx", None) else "wellspring"
        fail(text("cli.misused", system_language(), why=why, command=command))
    except (typer.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    raise SystemExit(status if isinstance(status, int) else 0)


def guarded(run: Callable[[], None], *, debug: bool) -> None:
    """Run a command; what it refuses becomes one sentence and exit code 2."""
    language = system_language()
    try:
        run()
    except Exception as error:
        if debug:
            raise
        from copilot.refusals import is_refusal, worded  # they know the metrics' titles; most commands refuse nothing

        if is_refusal(error):
            fail(worded(error, language))
        if isinstance(error, ValidationError):
            fail(_bad_setting(error, language))
        if isinstance(error, OSError):
            fail(text("cli.system", language, why=f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")))
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        fail(text("cli.unexpected", language, kind=type(error).__name__))


def _bad_setting(error: ValidationError, language: str) -> str:
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"]))
    if name == "workspace":
        return text("cli.bad_workspace", language, given=first["input"])
    return text("cli.bad_setting", language, name=name, why=first["msg"])
