"""`wellspring up | load | ask | metric | search | index | doctor | demo`: a contract others script against.

Results go to standard output (one JSON object with --json), errors to standard error as one
sentence with a way out, exit code 2; a traceback only with --debug.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from copilot import shapes
from copilot.catalogue import LANGUAGES, text
from copilot.cli_output import Bar, emit, err, fail, out, report_text, search_text, system_language
from copilot.cli_run import run
from copilot.settings import Settings

if TYPE_CHECKING:
    from copilot.workspace import Workspace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Wellspring (聪明泉): an operations copilot for a consumer brand's customer base.",
)

DEFAULT = Settings.model_fields["workspace"].default
Ws = Annotated[str | None, typer.Option("--workspace", help="Workspace name.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the question's or the system's.")]


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


def _checked_language(lang: str | None) -> str | None:
    if lang is not None and lang not in LANGUAGES:
        fail(text("cli.bad_lang", system_language(), given=lang))
    return lang


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Further name people reach it by, e.g. behind a proxy; may repeat.")
    ] = None,
    workspace: Ws = None,
) -> None:
    """Start the web page and the API."""
    from copilot.api.serve import serve, web_socket  # heavy; only `up` needs a server

    settings = settings_for(workspace)
    language = system_language()
    listener = web_socket(host, port)  # a taken port is told before any work is done
    prepare(open_workspace(settings), language)
    model = settings.model if settings.language_model else text("cli.planner_answers", language)
    err.print(text("cli.ready", language, address=_address(host, port), workspace=settings.workspace, model=model))
    serve(settings, listener, host=host, names=allow_host or [])


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def prepare(workspace: Workspace, language: str) -> None:
    """Make what a first start needs: the demo brand (in the demo workspace only) and the knowledge index."""
    workspace.prepare()
    if workspace.settings.workspace == DEFAULT and workspace.data_store.current() is None:
        with Bar(text("cli.making_demo", language)) as bar:
            workspace.make_demo(progress=bar.share)
    with Bar(text("cli.indexing", language)) as bar:
        workspace.build_index(progress=bar.count)


def ready_index(workspace: Workspace, language: str) -> None:
    """Build the knowledge index where there is none; that takes a while, so it shows."""
    workspace.prepare()
    if workspace.index_store.current() is None:
        with Bar(text("cli.indexing", language)) as bar:
            workspace.build_index(progress=bar.count)


@app.command()
def load(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, text, XLSX or Parquet files, also .gz.")],
    workspace: Ws = None,
    map: Annotated[list[str] | None, typer.Option("--map", help="canonical=column, e.g. amount=实付金额.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of the amounts, e.g. GBP; kept in the profile.")] = "",
    brand: Annotated[str, typer.Option(help="Brand that signs drafts; kept in the profile.")] = "",
    json_: Json = False,
) -> None:
    """Load customer files into a workspace."""
    language = system_language()
    place = open_workspace(settings_for(workspace))
    place.prepare()
    replaced = place.holds_demo
    mapping = shapes.mapping(map or [])
    with Bar(text("cli.loading", language)) as bar:
        report = place.load(files, mapping=mapping, currency=currency, brand=brand, progress=bar.share)
    if replaced:
        err.print(text("cli.demo_replaced", language))
    if json_:
        emit(shapes.report_json(report))
    else:
        out.print(report_text(report, language))


@app.command()
def ask(
    question: str,
    workspace: Ws = None,
    lang: Lang = None,
    thread: Annotated[str | None, typer.Option(help="Continue this conversation.")] = None,
    json_: Json = False,
) -> None:
    """Ask a question in Chinese or English."""
    from copilot.bootstrap import open_copilot
    from copilot.session import AnswerFailed

    language = _checked_language(lang)
    settings = known_workspace(settings_for(workspace))
    if not question.strip():
        fail(text("cli.empty_question", language or system_language()))

    ready_index(open_workspace(settings), language or system_language())

    async def answered() -> Any:
        async with open_copilot(settings) as copilot:
            return await copilot.ask(question, thread=thread, language=language)

    try:
        answer = asyncio.run(answered())
    except AnswerFailed as error:
        fail(error.event.message)
    if json_:
        emit(answer.model_dump(mode="json"))
    else:
        out.print(answer.text)
        for caution in answer.warnings:
            err.print(caution.message)


@app.command()
def metric(
    name: str,
    by: Annotated[str, typer.Option(help="Dimensions, e.g. tier,month.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="dimension=value[,value], may repeat.")] = None,
    from_: Annotated[str, typer.Option("--from", help="First day, e.g. 2024-11-01.")] = "",
    to: Annotated[str, typer.Option("--to", help="Last day, e.g. 2024-11-11.")] = "",
    window: Annotated[str, typer.Option(help="Named window, e.g. last_30_days, 2024-11.")] = "",
    compare: Annotated[Literal["previous", "last_year"] | None, typer.Option(help="Compare with that window.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 1000,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Compute one metric of the catalogue."""
    language = _checked_language(lang) or system_language()
    settings = known_workspace(settings_for(workspace))
    data = _data(settings, language)
    result = data.query_metric(
        name,
        by=shapes.names(by),
        where=shapes.filters(where or []),
        window=data.days(from_, to) if from_ or to else window,
        compare=compare or "",
        limit=limit,
    )
    if json_:
        emit(shapes.metric_json(result, language))
        return
    from copilot.findings import Findings
    from copilot.formatting import CURRENCY
    from copilot.planner.compose_metric import metric as written
    from copilot.planner.step import Step

    CURRENCY.set(open_workspace(settings).currency)
    out.print(written(Step("metric"), Findings(evidence=[result]), language))


def _data(settings: Settings, language: str) -> Any:
    data = open_workspace(settings).data()
    if data is None:
        fail(text("error.nothing_loaded", language))
    return data


@app.command()
def search(
    query: str,
    k: Annotated[int, typer.Option(min=1, max=20, help="How many passages.")] = 5,
    workspace: Ws = None,
    lang: Lang = None,
    json_: Json = False,
) -> None:
    """Search the knowledge base."""
    language = _checked_language(lang)
    place = open_workspace(known_workspace(settings_for(workspace)))
    ready_index(place, language or system_language())
    found = place.knowledge().search(query, k=k, language=language)
    if json_:
        rows = [hit.model_dump(mode="json") for hit in found.results]
        emit({"query": query, "answerable": found.answerable, "confidence": found.confidence, "results": rows})
        return
    out.print(search_text(found, language or system_language()))


@app.command()
def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Your documents or folders.")] = None,
    workspace: Ws = None,
    json_: Json = False,
) -> None:
    """Add your own documents to the knowledge index (or just bring it up to date)."""
    language = system_language()
    place = open_workspace(settings_for(workspace))
    place.prepare()
    with Bar(text("cli.indexing", language)) as bar:
        report = place.build_index(paths or [], progress=bar.count)
    if json_:
        emit(report.model_dump(mode="json"))
    else:
        out.print(
            text(
                "cli.indexed",
                language,
                documents=report.documents,
                passages=report.passages,
                added=len(report.added),
                updated=len(report.updated),
            )
        )


@app.command()
def demo(workspace: Ws = None, json_: Json = False) -> None:
    """Recreate the demo workspace from its seed."""
    language = system_language()
    place = open_workspace(settings_for(workspace or DEFAULT))
    place.prepare()
    with Bar(text("cli.making_demo", language)) as bar:
        truth = place.make_demo(progress=bar.share)
    made = {"brand": truth.brand, "customers": truth.customers, "orders": truth.orders, "directory": place.directory}
    if json_:
        emit({"workspace": place.settings.workspace, **made, "as_of": truth.as_of})
    else:
        counts = {"customers": f"{truth.customers:,}", "orders": f"{truth.orders:,}"}
        out.print(text("cli.demo_made", language, **made | counts))


@app.command()
def doctor(workspace: Ws = None, json_: Json = False) -> None:
    """Say what works, what is missing and how to mend it."""
    from copilot.doctor import examine

    findings = examine(settings_for(workspace), system_language())
    if json_:
        emit([finding.model_dump() for finding in findings])
    else:
        for finding in findings:
            out.print(f"{'ok ' if finding.ok else '!! '} {finding.what}: {finding.detail}")
            if finding.mend:
                out.print(f"    {finding.mend}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    run(app)
