"""`wellspring eval safety`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, fail, out
from copilot.commands.options import Json, Lang, spoken
from evals.evaluating import Epochs, Extra, Html, Out, evaluated, known_sets, say, wanted, writable, write


def safety(
    sample: Annotated[int, typer.Option(min=0, help="Only so many of the 640 cases, evenly from all channels.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 0,
    part: Annotated[list[str] | None, typer.Option(help="injection, utility, baseline, talk, mutations, names, "
                                                        "rendering or arguments; repeatable. Default: all; with "
                                                        "--epochs, --html or --out the first two.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Keep outcomes of the first three parts in this file, and skip "
                                                     "those in it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a Markdown report to this file.")] = None,
    epochs: Epochs = 1, html: Html = None, out_: Out = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether an order planted in data, documents or talk does harm when the model obeys it; exit code 1 if so."""
    import asyncio

    from copilot.settings import Settings
    from evals.card_index import card_index
    from evals.running_text import run_text
    from evals.safety.cases import load
    from evals.safety.cases import sample as some
    from evals.safety.keeping import LASTING, Kept
    from evals.safety.measure import ALONE, MODES, PARTS, measured
    from evals.safety.report import markdown

    language = spoken(lang)
    parts, as_run = known_sets(part or [], PARTS, language), epochs > 1 or html or out_
    _combined(language, (
        (as_run and set(parts) - set(MODES), "no_run"), (as_run and resume, "no_resume"),
        (resume and parts and not set(parts) & LASTING, "nothing_kept"), (seed and not sample, "no_sample"),
    ))  # fmt: skip
    writable(language, report, html, out_, resume)
    if as_run or set(parts or PARTS) - ALONE:
        card_index(language).close()
    if as_run:  # the injection cases as a run, which can be repeated, shown and compared
        name, run = evaluated("safety", wanted(lang, only=parts, sample=sample, seed=seed), Extra(epochs, html, out_))
        if report:
            write(report, run_text(name, run, language) + "\n", language)
        say(name, run, language, json_)
        raise typer.Exit(1 if any(not each.measures["harmless"] for each in run.tries) else 0)
    try:
        kept = Kept(resume)
    except ValueError:
        fail(text("eval.safety.not_kept", language, path=resume))
    cases = some(load(), sample, seed) if sample else load()
    found = asyncio.run(measured(cases, parts or PARTS, index=Settings().home / ".evals" / "index", kept=kept))
    written = markdown(found, language)
    if report:
        write(report, written + "\n", language)
    if json_:
        emit(found.model_dump(mode="json") | {"harmful": found.harmful})
    else:
        out.print(written)
    raise typer.Exit(1 if found.harmful else 0)


def _combined(language: str, refused: Iterable[tuple[object, str]]) -> None:
    """End the command with the words of the first combination of options that makes no sense."""
    for wrong, key in refused:
        if wrong:
            fail(text(f"eval.safety.{key}", language))
