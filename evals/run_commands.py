"""`wellspring eval tools | answers | judge | diff | ci | mutants`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, fail, out
from copilot.commands.options import Json, Lang, Ws, settings_for, spoken
from copilot.settings import Settings
from evals.evaluating import (
    Epochs,
    Extra,
    Html,
    Model,
    Out,
    Sample,
    evaluated,
    ready,
    say,
    summary,
    wanted,
    writable,
    write,
)

if TYPE_CHECKING:
    from evals.runs import Run


def tools(
    workspace: Ws = None, model: Model = None, sample: Sample = 0, epochs: Epochs = 1, html: Html = None,
    out_: Out = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether everyday questions call the right tools with the right arguments, over a workspace."""
    _over("tools", workspace, model, sample, Extra(epochs, html, out_), lang, json_)


def answers(
    workspace: Ws = None, model: Model = None, sample: Sample = 0, epochs: Epochs = 1, html: Html = None,
    out_: Out = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether answers tell the required figures, unmarked and in the asked language; a configured model judges, too."""
    _over("answers", workspace, model, sample, Extra(epochs, html, out_), lang, json_)


def judge(
    model: Model = None, sample: Sample = 0, epochs: Epochs = 1, html: Html = None, out_: Out = None,
    lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """How far the configured model, as a judge of support, agrees with people on labelled answers."""
    from evals.calibrating import Said, calibration
    from evals.running_text import calibration_text

    asked = wanted(lang, model=model or settings_for(None).model, sample=sample)
    name, run = evaluated("judge", asked, Extra(epochs, html, out_))
    found = calibration([Said.model_validate(each) for each in run.first()])
    say(name, run, asked.language, json_, report=found, written=calibration_text(found, run.model, asked.language))


def diff(
    run_a: Annotated[str, typer.Argument(help="An earlier run: a file, or a name as kept.")],
    run_b: Annotated[str, typer.Argument(help="A later run.")],
    html: Html = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """What got better and what broke between two runs, case by case; exit code 1 if anything broke."""
    from evals.diffing import diff as compared
    from evals.page import page
    from evals.running_text import diff_text

    language = spoken(lang)
    writable(language, html)
    before, now = _kept(run_a, language), _kept(run_b, language)
    try:
        found = compared(before, now)
    except ValueError as error:
        fail(text("eval.other_suite", language, given=error))
    if html:
        write(html, page([now], diff=found), language)
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(diff_text(found, language))
    raise typer.Exit(1 if found.broken else 0)


def ci(
    workspace: Annotated[str | None, typer.Option(help="Ask this one; default: a small brand made for it.")] = None,
    suite: Annotated[list[str] | None, typer.Option(help="Only this evaluation; repeatable.")] = None,
    html: Html = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """The small set with bars that the build must clear; exit code 1 where one is not."""
    from evals.bars import held, load
    from evals.evaluating import known_sets
    from evals.page import page
    from evals.running_text import bars_text
    from evals.small_brand import small_brand

    language, began, wants = spoken(lang), time.monotonic(), load()
    suites = known_sets(suite or wants, wants, language)
    writable(language, html)
    runs, bars = [], []
    with small_brand(settings_for(workspace), language, made=workspace is None) as settings:
        ready(settings, language)
        for name in suites:
            asked = _asked(settings, wants[name].sample, wants[name].only, language)
            runs.append(evaluated(name, asked))
            bars += held(runs[-1][1], wants[name])
    failed, seconds = sum(not bar.holds for bar in bars), round(time.monotonic() - began)
    if html:
        write(html, page([run for _, run in runs], bars=bars), language)
    if json_:
        told = [each.model_dump() | {"holds": each.holds} for each in bars]
        emit({"bars": told, "failed": failed, "seconds": seconds, "runs": [summary(*each)["run"] for each in runs]})
    else:
        out.print(bars_text(bars, language))
        out.print(text(f"eval.ci.{'failed' if failed else 'passed'}", language, n=failed, seconds=seconds))
    raise typer.Exit(1 if failed else 0)


def _asked(settings: Settings, sample: int, only: tuple[str, ...], language: str):
    from evals.tasks.wanted import Wanted

    plain = settings.model_copy(update={"api_key": None, "base_url": None})  # the bars are those of the product alone
    return Wanted(plain, language=language, sample=sample, only=only)


def _over(
    suite: str, workspace: str | None, model: str | None, sample: int, extra: Extra, lang: str | None, json_: bool
) -> None:
    asked = wanted(lang, workspace, model=model, sample=sample)
    ready(asked.settings, asked.language)
    name, run = evaluated(suite, asked, extra)
    say(name, run, asked.language, json_)


def mutants(
    only: Annotated[str, typer.Argument(help="Only those whose kind, file or description hold this.")] = "",
    sample: Sample = 0,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 0,
    jobs: Annotated[int, typer.Option(min=0, help="So many at once; default: one a core.")] = 0,
    lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Break each rule, tool, scorer and guard in turn, in a copy of the source: a test must notice. Takes long."""
    from evals.mutants import ROOT, load, some
    from evals.mutating import Unsound, proven, tried, workshops

    language, began = spoken(lang), time.monotonic()
    if not (ROOT / "tests").is_dir():
        fail(text("eval.mutants.no_source", language))
    if not (listed := some(load(only), sample, seed)):
        fail(text("eval.mutants.none", language, only=only))
    found = []
    with workshops(min(jobs or os.cpu_count() or 1, len(listed))) as shops:
        try:
            proven(shops, [test for each in listed for test in each.noticed_by])
        except Unsound as error:
            fail(text("eval.mutants.unsound", language, test=error))
        for each in tried(shops, listed):
            found.append(each)
            if not json_:
                out.print(each.line)
    missed, seconds = sum(each.verdict != "noticed" for each in found), round(time.monotonic() - began)
    if json_:
        emit({"tried": [each.model_dump() for each in found], "missed": missed, "seconds": seconds})
    else:
        key = "missed" if missed else "passed"
        out.print(text(f"eval.mutants.{key}", language, n=len(found), missed=missed, seconds=seconds))
    raise typer.Exit(1 if missed else 0)


def _kept(given: str, language: str) -> Run:
    """A run by its file, or by the name that it is kept under."""
    from evals.measuring import place_of
    from evals.runs import read

    kept = place_of(settings_for(None)) / "runs"
    path = Path(given) if Path(given).is_file() else kept / f"{given}.json"
    try:
        return read(path)
    except (OSError, ValueError):
        known = sorted(each.stem for each in kept.glob("*.json"))[-10:]
        fail(text("eval.no_run", language, given=given, known=", ".join(known) or "-"))
