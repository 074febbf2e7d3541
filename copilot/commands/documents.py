"""`wellspring index | documents`: a team's own documents in the knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.catalogue import text
from copilot.cli_output import Bar, emit, err, out
from copilot.commands.options import Json, Lang, Ws, known_workspace, open_workspace, settings_for, spoken

if TYPE_CHECKING:
    from copilot.documents import DocumentDesk
    from copilot.settings import Settings
    from knowledge.results import IndexReport

commands = typer.Typer(invoke_without_command=True, help="Your own documents: list, check, delete.")


def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Your documents or folders.")] = None,
    owner: Annotated[str, typer.Option(help="Who answers for these documents.")] = "",
    valid_until: Annotated[str, typer.Option(help="Last day on which they hold, YYYY-MM-DD.")] = "",
    show: Annotated[
        Path | None, typer.Option(help="Show this file beside its clean text; nothing is indexed.")
    ] = None,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Add your own documents to the knowledge index (or just bring it up to date)."""
    language = spoken(lang)
    desk = _desk(settings_for(workspace))  # it may found a workspace
    if show is not None:
        _print_comparison(desk, show, language, json_)
        return
    with Bar(text("cli.indexing", language)) as bar:
        report = desk.add(paths or [], owner=owner, valid_until=valid_until, progress=bar.count)
    _print_report(report, language, json_)


@commands.callback()
def documents(context: typer.Context, workspace: Ws = None, lang: Lang = None, json_: Json = False) -> None:
    """List your own documents: owner, version, validity, size, flags."""
    if context.invoked_subcommand:
        # What is said before the command holds for it too.
        said = {name: value for name, value in context.params.items() if value}
        context.default_map = {context.invoked_subcommand: said}
        return
    from copilot.documenttext import list_text

    language = spoken(lang)
    found = _known_desk(workspace).listed()
    if json_:
        emit({"documents": [each.model_dump(mode="json") for each in found]})
    else:
        out.print(list_text(found, language))


@commands.command()
def show(
    document: Annotated[str, typer.Argument(help="Id of a document, as the list names it.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Show a document as it was beside its clean text."""
    _print_comparison(_known_desk(workspace), document, spoken(lang), json_)


@commands.command()
def remove(
    document: Annotated[str, typer.Argument(help="Id of a document, as the list names it.")],
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Delete a document for good: its passages, words, vectors and original."""
    language = spoken(lang)
    report = _known_desk(workspace).remove(document)
    if json_:
        emit(report.model_dump(mode="json"))
    else:
        out.print(text("documents.removed", language, id=document))


def _known_desk(workspace: str | None) -> DocumentDesk:
    return _desk(known_workspace(settings_for(workspace)))


def _desk(settings: Settings) -> DocumentDesk:
    from copilot.documents import DocumentDesk  # reads every format: --help needs none of it

    place = open_workspace(settings)
    place.prepare()
    return DocumentDesk(place)


def _print_report(report: IndexReport, language: str, json_: bool) -> None:
    """Print what was done; files that could not be read are said on standard error and end in exit code 2."""
    from copilot.documenttext import refusal_text, report_text

    sentences = [refusal_text(refused, language) for refused in report.refused]
    if json_:
        refused = [{"name": each.name, "code": each.code, "message": said}
                   for each, said in zip(report.refused, sentences, strict=True)]
        emit(report.model_dump(mode="json") | {"refused": refused})
    elif report.files or not sentences:
        out.print(report_text(report, language))
    for sentence in sentences:
        err.print(sentence)
    if sentences:
        raise SystemExit(2)


def _print_comparison(desk: DocumentDesk, which: Path | str, language: str, json_: bool) -> None:
    from copilot.documenttext import comparison_text

    found = desk.shown(which) if isinstance(which, str) else desk.preview(which)
    if json_:
        emit(found.model_dump(mode="json"))
    else:
        out.print(comparison_text(found, language))
