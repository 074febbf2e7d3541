"""`wellspring eval NAME`: measure a part of the product on reviewed cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import emit, fail, out
from copilot.commands.options import Json, Lang, Ws, spoken
from evals import run_commands, safety_command
from evals.evaluating import (
    Epochs,
    Extra,
    Html,
    Model,
    Out,
    Sample,
    evaluated,
    known_sets,
    ready,
    say,
    summary,
    wanted,
    writable,
    write,
)

commands = typer.Typer(no_args_is_help=True, help="Measure a part of the product on reviewed cases.")


@commands.callback()
def _group() -> None:
    """Measure a part of the product on reviewed cases."""


@commands.command()
def retrieval(
    set_: Annotated[list[str] | None, typer.Option("--set", help="Only this set of questions; repeatable.")] = None,
    compare: Annotated[Path | None, typer.Option(help="JSON of an earlier run, to show what changed.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a Markdown report to this file.")] = None,
    sample: Sample = 0, epochs: Epochs = 1, html: Html = None, out_: Out = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether the right card is found, and whether a missing answer is noticed."""
    from evals.compare import compared
    from evals.questions import sets
    from evals.reporting import markdown
    from evals.retrieval import Outcome, RetrievalReport, scores
    from knowledge.embedding import SentenceEncoder

    language = spoken(lang)
    writable(language, report)
    earlier = _earlier(compare, RetrievalReport, language) if compare else None
    asked = wanted(lang, only=known_sets(set_ or [], sets(), language), sample=sample)
    name, run = evaluated("retrieval", asked, Extra(epochs, html, out_))
    found = scores([Outcome.model_validate(each) for each in run.first()], SentenceEncoder.name)
    change = compared(earlier, found) if earlier else None
    written = markdown(found, change, language)
    if report:
        write(report, written, language)
    if json_:
        changed = {"change": [row.model_dump() for row in change]} if change else {}
        emit(found.model_dump(mode="json") | changed | summary(name, run))
    else:
        say(name, run, language, json_, written=written)


@commands.command()
def copy(
    part: Annotated[list[str] | None, typer.Option(help="held, open, fresh, inferred, blind; may be repeated.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a Markdown report to this file.")] = None,
    sample: Sample = 0, epochs: Epochs = 1, html: Html = None, out_: Out = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether the message checker finds what breaks a rule, and leaves clean copy alone."""
    from evals import copy
    from evals.copy_reporting import markdown

    asked = wanted(lang, only=known_sets(part or [], copy.PARTS, spoken(lang)), sample=sample)
    writable(asked.language, report)
    name, run = evaluated("copy", asked, Extra(epochs, html, out_))
    found = copy.report([copy.Outcome.model_validate(each) for each in run.first()])
    written = markdown(found, asked.language)
    if report:
        write(report, written + "\n", asked.language)
    say(name, run, asked.language, json_, report=found, written=written)


@commands.command()
def calibrate(
    write: Annotated[bool, typer.Option(help="Replace the coefficients that the product uses.")] = False,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Fit the verdict "there is no answer here", and what tells a question for advice from one for a figure."""
    from evals import advised
    from evals.calibration import calibrated, store
    from evals.card_index import card_index
    from evals.questions import FACTS, TRAIN, load

    language = spoken(lang)
    index, *files = [card_index(language, files) for files in ("", "zh", "en")]
    found = calibrated(index, files, load(TRAIN), load(FACTS))
    for each in (index, *files):
        each.close()
    if write:
        store(found)
    advice = advised.calibrated(write=write)
    if json_:
        emit(found.model_dump(mode="json") | {"advice": advice})
    else:
        out.print(f"{found.described()}\n{advice}")


@commands.command()
def documents(
    paths: Annotated[list[Path], typer.Argument(help="The sources of our cards, as files.", exists=True)],
    lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether a team's own documents answer for facts about as well as our cards."""
    from copilot.planner.prose import aligned
    from evals.documents import Row, measured

    spoken(lang)
    rows = [row.model_dump() for row in measured(paths)]
    if json_:
        emit({"rows": rows})
    else:
        out.print(aligned(list(Row.model_fields), [[str(value) for value in row.values()] for row in rows]))


@commands.command()
def grounding(
    epochs: Epochs = 1, html: Html = None, out_: Out = None, lang: Lang = None, json_: Json = False
) -> None:
    """Whether the check of an answer's figures tells true statements from false ones."""
    from evals.grounding import Judged, report
    from evals.grounding_report import markdown

    asked = wanted(lang)
    name, run = evaluated("grounding", asked, Extra(epochs, html, out_))
    found = report([Judged.model_validate(each) for filled in run.first() for each in filled["statements"]])
    say(name, run, asked.language, json_, report=found, written=markdown(found, asked.language))


@commands.command()
def strategy(
    workspace: Ws = None, model: Model = None, sample: Sample = 0, epochs: Epochs = 1, html: Html = None,
    out_: Out = None, lang: Lang = None, json_: Json = False,
) -> None:  # fmt: skip
    """Whether strategy questions are answered with the right cards cited, over a workspace."""
    from evals.strategy import Judged, StrategyReport, tallies, told

    asked = wanted(lang, workspace, model=model, sample=sample)
    ready(asked.settings, asked.language)
    name, run = evaluated("strategy", asked, Extra(epochs, html, out_))
    outcomes = [Judged.model_validate(each) for each in run.first()]
    missed = [each for each in outcomes if not each.answered or each.marked]
    found = StrategyReport(tallies=tallies(outcomes), missed=missed)
    say(name, run, asked.language, json_, report=found, written=told(found))


@commands.command()
def planner(
    workspace: Ws = None,
    set_: Annotated[str, typer.Option("--set", help="1, 3, 6 or 7 (open), or 2, 4, 5 or 8, kept apart whole.")] = "1",
    held: Annotated[bool, typer.Option(help="Ask the questions kept apart instead of the open ones.")] = False,
    failures: Annotated[bool, typer.Option(help="List what was not answered rightly, and how it was.")] = False,
    model: Model = None, sample: Sample = 0, epochs: Epochs = 1, html: Html = None, out_: Out = None, lang: Lang = None,
    json_: Json = False,
) -> None:  # fmt: skip
    """Whether everyday questions are answered with the right tools and figures, over a workspace, without a key too."""
    from evals.planner import Judged, report
    from evals.planner_cases import SETS
    from evals.planner_report import markdown

    only = known_sets([set_], SETS, spoken(lang))
    asked = wanted(lang, workspace, model=model, only=only, held=held, sample=sample)
    ready(asked.settings, asked.language)
    name, run = evaluated("planner", asked, Extra(epochs, html, out_))
    found = report([Judged.model_validate(each) for each in run.first()])
    say(name, run, asked.language, json_, report=found, written=markdown(found, asked.language, failures=failures))


@commands.command()
def case(
    id: Annotated[str, typer.Argument(help="An answer's id, as it stands below it and in `wellspring trace`.")],
    out_: Annotated[Path | None, typer.Option("--out", help="Add it to this YAML file instead of printing it.")] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Make a case of a stored turn: what was answered, for somebody to say what would have been right."""
    from copilot.commands.options import place_of
    from evals.casing import add, drafted, written

    language = spoken(lang)
    writable(language, out_)
    draft = drafted(place_of(workspace), id)
    if out_:
        add(draft, out_)
    if json_:
        emit(draft.model_dump(mode="json"))
    elif out_:
        out.print(text("eval.case_added", language, id=draft.id, path=out_))
    else:
        out.print(written(draft), end="")


def _earlier(path: Path, kind, language: str):
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        fail(text("eval.bad_run", language, path=path))


for command in (safety_command.safety, run_commands.tools, run_commands.answers, run_commands.judge,
                run_commands.diff, run_commands.ci, run_commands.mutants):  # fmt: skip
    commands.command()(command)
