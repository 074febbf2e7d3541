"""`wellspring eval NAME`: measure a part of the product on reviewed cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import Bar, emit, fail, out
from copilot.commands.options import (
    Json,
    Lang,
    Ws,
    known_workspace,
    open_workspace,
    ready_index,
    settings_for,
    spoken,
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
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Whether the right card is found, and whether a missing answer is noticed."""
    from evals.compare import compared
    from evals.reporting import markdown
    from evals.retrieval import RetrievalReport, run

    language = spoken(lang)
    earlier = _earlier(compare, RetrievalReport, language) if compare else None
    questions = _questions(set_ or [], language)
    index = _index(language)
    found = run(index, questions, index.embedder)
    index.close()
    change = compared(earlier, found) if earlier else None
    written = markdown(found, change, language)
    if report:
        report.write_text(written, encoding="utf-8")
    if json_:
        emit(found.model_dump(mode="json") | ({"change": [row.model_dump() for row in change]} if change else {}))
    else:
        out.print(written)


@commands.command()
def copy(
    part: Annotated[list[str] | None, typer.Option(help="held, open, fresh, inferred, blind; may be repeated.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a Markdown report to this file.")] = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Whether the message checker finds what breaks a rule, and leaves clean copy alone."""
    from evals.copy import PARTS, load, run
    from evals.copy_reporting import markdown

    language = spoken(lang)
    for name in part or []:
        if name not in PARTS:
            fail(text("eval.no_set", language, given=name, known=", ".join(PARTS)))
    found = run(case for name in part or PARTS for case in load(name))
    written = markdown(found, language)
    if report:
        report.write_text(written + "\n", encoding="utf-8")
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(written)


@commands.command()
def calibrate(
    write: Annotated[bool, typer.Option(help="Replace the coefficients that the product uses.")] = False,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Fit the verdict "there is no answer here" on the training questions."""
    from evals.calibration import calibrated, store
    from evals.questions import TRAIN, load

    language = spoken(lang)
    index, *files = [_index(language, files) for files in ("", "zh", "en")]
    found = calibrated(index, files, load(TRAIN))
    for each in (index, *files):
        each.close()
    if write:
        store(found)
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(found.described())


@commands.command()
def grounding(lang: Lang = None, json_: Json = False) -> None:
    """Whether the check of an answer's figures tells true statements from false ones."""
    from evals.grounding import run
    from evals.grounding_report import markdown

    found = run()
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(markdown(found, spoken(lang)))


@commands.command()
def strategy(workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """Whether strategy questions are answered with the right cards cited, over a workspace."""
    import asyncio

    from copilot.bootstrap import open_copilot
    from evals.strategy import ask_all, load, tallies

    language = spoken(lang)
    settings = known_workspace(settings_for(workspace))
    ready_index(open_workspace(settings), language)

    async def asked() -> list:
        async with open_copilot(settings) as copilot:
            return [each async for each in ask_all(copilot, load())]

    outcomes = asyncio.run(asked())
    counted = [each.model_dump(mode="json") for each in tallies(outcomes)]
    missed = [each.model_dump(mode="json") for each in outcomes if not each.answered or each.marked]
    if json_:
        emit({"tallies": counted, "missed": missed})
        return
    for row in counted:
        out.print("  ".join(f"{name} {value}" for name, value in row.items()))
    for each in missed:
        out.print(f"- {each['question']['q']} -> {', '.join(each['cited']) or '-'} {' '.join(each['marked'])}")


@commands.command()
def planner(
    workspace: Ws = None,
    set_: Annotated[str, typer.Option("--set", help="1, or 2, which is kept apart whole.")] = "1",
    held: Annotated[bool, typer.Option(help="Ask the questions kept apart instead of the open ones.")] = False,
    failures: Annotated[bool, typer.Option(help="List what was not answered rightly, and how it was.")] = False,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Whether everyday questions are answered with the right tools and figures, over a workspace without a key."""
    import asyncio

    from copilot.bootstrap import open_copilot
    from evals.planner import ask_all, report
    from evals.planner_cases import SETS, load
    from evals.planner_report import markdown
    from evals.planner_workspace import beside

    language = spoken(lang)
    if set_ not in SETS:
        fail(text("eval.no_set", language, given=set_, known=", ".join(SETS)))
    cases = load(set_, held=held) or load(set_, held=True)
    ready_index(open_workspace(known_workspace(settings_for(workspace))), language)

    async def asked() -> list:
        with beside(settings_for(workspace)) as settings:
            async with open_copilot(settings) as copilot:
                await asyncio.to_thread(copilot.warm)
                return [each async for each in ask_all(copilot, cases)]

    found = report(asyncio.run(asked()))
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(markdown(found, language, failures=failures))


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
    draft = drafted(place_of(workspace), id)
    if out_:
        add(draft, out_)
    if json_:
        emit(draft.model_dump(mode="json"))
    elif out_:
        out.print(text("eval.case_added", language, id=draft.id, path=out_))
    else:
        out.print(written(draft), end="")


@commands.command()
def safety(
    sample: Annotated[int, typer.Option(help="Only this many of the 640 cases, evenly from all channels.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 0,
    part: Annotated[list[str] | None, typer.Option(help="injection, utility, baseline, talk, mutations, rendering or "
                                                        "arguments; repeatable. Default: all.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Keep each outcome in this file, and skip those in it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a Markdown report to this file.")] = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:  # fmt: skip
    """Whether an order planted in data, documents or talk does harm when the model obeys it; exit code 1 if so."""
    import asyncio

    from evals.safety.cases import load
    from evals.safety.cases import sample as some
    from evals.safety.keeping import Kept
    from evals.safety.measure import PARTS, measured
    from evals.safety.report import markdown

    language = spoken(lang)
    for name in part or []:
        if name not in PARTS:
            fail(text("eval.no_set", language, given=name, known=", ".join(PARTS)))
    _index(language).close()
    cases = some(load(), sample, seed) if sample else load()
    from copilot.settings import Settings

    index = Settings().home / ".evals" / "index"
    found = asyncio.run(measured(cases, part or PARTS, index=index, kept=Kept(resume)))
    written = markdown(found, language)
    if report:
        report.write_text(written + "\n", encoding="utf-8")
    if json_:
        emit(found.model_dump(mode="json") | {"harmful": found.harmful})
    else:
        out.print(written)
    raise typer.Exit(1 if found.harmful else 0)


def _earlier(path: Path, kind, language: str):
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        fail(text("eval.bad_run", language, path=path))


def _questions(names: list[str], language: str) -> list:
    from evals.questions import load, sets

    known = sets()
    for name in names:
        if name not in known:
            fail(text("eval.no_set", language, given=name, known=", ".join(known)))
    return [question for name in names or known for question in load(name)]


def _index(language: str, files: str = ""):
    """The index of our own cards alone, kept between runs; a team's documents would change the figures.

    With `files`, a language: of the cards in it, as a team's own documents.
    """
    from copilot.settings import Settings
    from evals.calibration import as_files
    from knowledge.embedding import SentenceEncoder
    from knowledge.index import build_index
    from knowledge.search import KnowledgeIndex
    from tools.generations import Generations

    place, embedder = Settings().home / ".evals" / (files or "index"), SentenceEncoder()
    store, none = Generations(place, suffix=""), place.parent / "none"
    made = {"content": none, "lessons": as_files(files)} if files else {}
    none.mkdir(parents=True, exist_ok=True)
    with Bar(text("cli.indexing", language)) as bar:
        build_index(store, embedder=embedder, progress=bar.count, **made)
    return KnowledgeIndex.open(store, embedder)
