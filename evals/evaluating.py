"""What the evaluation commands share: their options, and a run from the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, fail, out
from copilot.commands.options import known_workspace, open_workspace, ready_index, settings_for, spoken
from copilot.settings import Settings

if TYPE_CHECKING:
    from evals.runs import Run
    from evals.tasks.wanted import Wanted

Epochs = Annotated[int, typer.Option("--epochs", min=1, help="Ask everything so many times; tells pass^k.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write a one-page report to this file.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the run to this file too, for `eval diff`.")]
Model = Annotated[str | None, typer.Option("--model", help="Ask this model, where one is configured; default: none.")]
Sample = Annotated[int, typer.Option("--sample", min=0, help="Only so many cases, drawn with a fixed seed.")]


class Extra(NamedTuple):
    epochs: int = 1
    html: Path | None = None
    out: Path | None = None


def wanted(lang: str | None, workspace: str | None = None, *, model: str | None = None, **more: Any) -> Wanted:
    """What the options ask for; a model that is not configured ends the command."""
    from evals.tasks.wanted import Wanted

    settings = settings_for(workspace, **({"model": model} if model else {}))
    if model and not settings.language_model:
        fail(text("eval.no_model", spoken(lang)))
    return Wanted(settings, language=spoken(lang), with_model=bool(model), **more)


def ready(settings: Settings, language: str) -> None:
    """See that the workspace is there and has its index."""
    ready_index(open_workspace(known_workspace(settings)), language)


def evaluated(suite: str, asked: Wanted, extra: Extra = Extra()) -> tuple[str, Run]:
    """Run a suite, write what `extra` wants, and return the run with the name that it is kept by."""
    from evals.inspecting import installed

    if not installed():
        fail(text("eval.not_installed", asked.language))
    from copilot.privacy import mask
    from evals.measuring import measured
    from evals.runs import NotEnded

    writable(asked.language, extra.html, extra.out)
    try:
        name, run = measured(suite, asked, epochs=extra.epochs)
    except NotEnded as error:
        fail(text("eval.not_ended", asked.language, why=mask(str(error))))
    if extra.out:
        write(extra.out, run.model_dump_json(indent=1), asked.language)
    if extra.html:
        from evals.page import page

        write(extra.html, page([run]), asked.language)
    return name, run


def summary(name: str, run: Run) -> dict[str, Any]:
    """The run's part of a JSON report."""
    return {"run": {"name": name, "epochs": run.epochs, "rates": [each.model_dump() for each in run.rates()]}}


def say(name: str, run: Run, language: str, json_: bool, *, report: Any = None, written: str = "") -> None:
    """Print a suite's own report and the run, or both as one JSON object."""
    from evals.running_text import run_text

    if json_:
        emit((report.model_dump(mode="json") if report else run.model_dump(mode="json")) | summary(name, run))
        return
    told = run_text(name, run, language, failures=not written)
    # A report of its own has the rates of one epoch.
    shown = [written, *(told.split("\n\n")[-1:] if run.epochs == 1 else [told])] if written else [told]
    out.print("\n\n".join(shown))


def write(path: Path, words: str, language: str) -> None:
    try:
        path.write_text(words, encoding="utf-8")
    except OSError:
        fail(text("eval.unwritable", language, path=path))


def writable(language: str, *paths: Path | None) -> None:
    """End the command now, not after an hour, where a file that is to be written cannot be."""
    for path in paths:
        if path and not (os.access(path, os.W_OK) if path.is_file() else _takes_files(path)):
            fail(text("eval.unwritable", language, path=path))


def _takes_files(path: Path) -> bool:
    return not path.exists() and path.parent.is_dir() and os.access(path.parent, os.W_OK)


def known_sets(given: Iterable[str], known: Iterable[str], language: str) -> tuple[str, ...]:
    """The names given; one that is no set ends the command."""
    for name in given:
        if name not in known:
            fail(text("eval.no_set", language, given=name, known=", ".join(known)))
    return tuple(given)
