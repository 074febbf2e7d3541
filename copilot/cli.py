"""`wellspring up | load | ask | metric | search | index | doctor | demo`: a contract others script against.

Results go to standard output (one JSON object with --json), errors to standard error as one
sentence with a way out, exit code 2; a traceback only with --debug.
"""

from __future__ import annotations

import asyncio
import json
import locale
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from typer._click.exceptions import ClickException  # Typer bundles Click and exports no base error
from typer.main import get_command

from copilot.catalogue import LANGUAGES, localise, text
from copilot.refusals import is_refusal, worded
from copilot.settings import PLANNER, Settings

if TYPE_CHECKING:
    from copilot.workspace import Workspace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Wellspring (聪明泉): an operations copilot for a consumer brand's customer base.",
)
out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

DEFAULT = Settings.model_fields["workspace"].default
Ws = Annotated[str | None, typer.Option("--workspace", help="Workspace name.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the question's or the system's.")]


def system_language() -> str:
    """zh on a Chinese system, else en."""
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith("zh") else "en"


def settings_for(workspace: str | None, **changes: Any) -> Settings:
    chosen = {"workspace": workspace} if workspace else {}
    return Settings(**chosen, **changes)


def open_workspace(settings: Settings) -> Workspace:
    from copilot.workspace import Workspace  # heavy; --help and a misused command need none of it

    return Workspace(settings)


def known_workspace(settings: Settings) -> Settings:
    """Refuse a name that nobody made: a typing error must not found a workspace."""
    if settings.workspace != DEFAULT and not settings.directory.is_dir():
        made = sorted(path.name for path in settings.home.glob("*/") if (path / "store").is_dir())
        _fail(text("cli.no_workspace", system_language(), given=settings.workspace, made=", ".join(made) or "-"))
    return settings


def _checked_language(lang: str | None) -> str | None:
    if lang is not None and lang not in LANGUAGES:
        _fail(text("cli.bad_lang", system_language(), given=lang))
    return lang


def _emit(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


class _Bar:
    """A progress bar on standard error, fed with (stage, share) or (done, total)."""

    def __init__(self, title: str) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=err, disable=not err.is_terminal)
        self._title = title
        self._task = self._progress.add_task(title, total=1.0)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.update(self._task, completed=1.0)
        self._progress.stop()

    def share(self, stage: str, share: float) -> None:
        self._progress.update(self._task, completed=share)

    def count(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done / total if total else 1.0)


# --- commands -----------------------------------------------------------------------------


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workspace: Ws = None,
) -> None:
    """Start the web page and the API."""
    from copilot.api.serve import serve, web_socket  # heavy; only `up` needs a server

    settings = settings_for(workspace)
    language = system_language()
    listener = web_socket(host, port)  # a taken port is told before any work is done
    prepare(open_workspace(settings), language)
    model = settings.model if settings.language_model else text("cli.planner_answers", language)
    err.print(text("cli.ready", language, address=f"http://{host}:{port}", workspace=settings.workspace, model=model))
    serve(settings, listener)


def prepare(workspace: Workspace, language: str) -> None:
    """Make what a first start needs: the demo brand (in the demo workspace only) and the knowledge index."""
    workspace.prepare()
    if workspace.settings.workspace == DEFAULT and workspace.data_store.current() is None:
        with _Bar(text("cli.making_demo", language)) as bar:
            workspace.make_demo(progress=bar.share)
    with _Bar(text("cli.indexing", language)) as bar:
        workspace.build_index(progress=bar.count)


def ready_index(workspace: Workspace, language: str) -> None:
    """Build the knowledge index where there is none; that takes a while, so it shows."""
    workspace.prepare()
    if workspace.index_store.current() is None:
        with _Bar(text("cli.indexing", language)) as bar:
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
    mapping = _mapping(map or [], language)
    with _Bar(text("cli.loading", language)) as bar:
        report = place.load(files, mapping=mapping, currency=currency, brand=brand, progress=bar.share)
    if replaced:
        err.print(text("cli.demo_replaced", language))
    if json_:
        _emit(report_json(report))
    else:
        out.print(report_text(report, language))


def _mapping(pairs: list[str], language: str) -> dict[str, str]:
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if any(not key or not value for key, value in found.items()):
        _fail(text("cli.bad_map", language))
    return found


def report_json(report: Any) -> dict[str, Any]:
    """The load report as the documented JSON object."""
    columns = {key: value for file in report.files for key, value in file.columns.items()}
    return {
        "read": report.read,
        "kept": report.kept,
        "set_aside": report.set_aside,
        "columns": columns,
        "tables": report.tables,
        "files": [file.model_dump(mode="json") for file in report.files],
    }


def report_text(report: Any, language: str) -> str:
    lines = []
    for file in report.files:
        lines.append(
            text(
                "cli.load_file",
                language,
                source=file.source,
                table=file.table,
                read=f"{file.read:,}",
                kept=f"{file.kept:,}",
            )
        )
        lines += [
            text("cli.load_column", language, canonical=key, column=value or text("cli.computed", language))
            for key, value in file.columns.items()
        ]
        lines += [
            text("cli.load_aside", language, n=f"{count:,}", reason=text(f"reason.{reason}", language))
            for reason, count in file.set_aside.items()
        ]
        lines += [f"  {text(f'note.{note.key}', language, **note.params)}" for note in file.notes]
    lines.append(
        text("cli.load_tables", language, tables=", ".join(f"{name} {rows:,}" for name, rows in report.tables.items()))
    )
    return "\n".join(lines)


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
        _fail(text("cli.empty_question", language or system_language()))

    ready_index(open_workspace(settings), language or system_language())

    async def run() -> Any:
        async with open_copilot(settings) as copilot:
            return await copilot.ask(question, thread=thread, language=language)

    try:
        answer = asyncio.run(run())
    except AnswerFailed as error:
        _fail(error.event.message)
    if json_:
        _emit(answer.model_dump(mode="json"))
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
        by=[part.strip() for part in by.split(",") if part.strip()],
        where=_filters(where or [], language),
        window=data.days(from_, to) if from_ or to else window,
        compare=compare or "",
        limit=limit,
    )
    if json_:
        _emit(metric_json(result, language))
        return
    from copilot.findings import Findings
    from copilot.formatting import CURRENCY
    from copilot.planner.compose_metric import metric as written
    from copilot.planner.step import Step

    CURRENCY.set(open_workspace(settings).currency)
    out.print(written(Step("metric"), Findings(evidence=[result]), language))


def metric_json(result: Any, language: str) -> dict[str, Any]:
    """A metric result as the documented JSON object; one without a split has one row."""
    body = localise(result.model_dump(mode="json"), language)
    body["rows"] = body["rows"] or [{"dimensions": {}, "value": result.value, "n": result.n}]
    return body


def _filters(pairs: list[str], language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, sign, values = pair.partition("=")
        if not sign or not values:
            _fail(text("cli.bad_where", language, given=pair))
        found.setdefault(key.strip(), []).extend(value.strip() for value in values.split(","))
    return found


def _data(settings: Settings, language: str) -> Any:
    data = open_workspace(settings).data()
    if data is None:
        _fail(text("error.nothing_loaded", language))
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
        _emit({"query": query, "answerable": found.answerable, "confidence": found.confidence, "results": rows})
        return
    if not found.answerable:
        out.print(text("modeltext.no_answer", language or system_language()))
    for hit in found.results:
        out.print(f"[{hit.id}] {hit.title} ({hit.score:.2f}) — {hit.source}\n{hit.text}\n")


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
    with _Bar(text("cli.indexing", language)) as bar:
        report = place.build_index(paths or [], progress=bar.count)
    if json_:
        _emit(report.model_dump(mode="json"))
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
def demo(workspace: Ws = None) -> None:
    """Recreate the demo workspace from its seed."""
    language = system_language()
    place = open_workspace(settings_for(workspace or DEFAULT))
    place.prepare()
    with _Bar(text("cli.making_demo", language)) as bar:
        truth = place.make_demo(progress=bar.share)
    out.print(
        text(
            "cli.demo_made",
            language,
            brand=truth.brand,
            customers=f"{truth.customers:,}",
            orders=f"{truth.orders:,}",
            directory=place.directory,
        )
    )


@app.command()
def doctor(workspace: Ws = None, json_: Json = False) -> None:
    """Say what works, what is missing and how to mend it."""
    from copilot.doctor import examine

    findings = examine(settings_for(workspace), system_language())
    if json_:
        _emit([finding.model_dump() for finding in findings])
    else:
        for finding in findings:
            out.print(f"{'ok ' if finding.ok else '!! '} {finding.what}: {finding.detail}")
            if finding.mend:
                out.print(f"    {finding.mend}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


# --- entry --------------------------------------------------------------------------------


def _fail(message: str) -> None:
    err.print(message)
    raise SystemExit(2)


def guarded(run: Callable[[], None], *, debug: bool) -> None:
    """Run a command; what it refuses becomes one sentence and exit code 2."""
    language = system_language()
    try:
        run()
    except Exception as error:
        if debug:
            raise
        if is_refusal(error):
            _fail(worded(error, language))
        if isinstance(error, ValidationError):
            _fail(_bad_setting(error, language))
        if isinstance(error, OSError):
            _fail(text("cli.system", language, why=f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")))
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        _fail(text("cli.unexpected", language, kind=type(error).__name__))


def _bad_setting(error: ValidationError, language: str) -> str:
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"]))
    if name == "workspace":
        return text("cli.bad_workspace", language, given=first["input"])
    return text("cli.bad_setting", language, name=name, why=first["msg"])


def main() -> None:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    # A server keeps its log on standard error; elsewhere a traceback is for --debug only.
    quiet = not debug and arguments[:1] != ["up"]
    logging.basicConfig(level=logging.CRITICAL if quiet else logging.ERROR, stream=sys.stderr)
    if debug:  # our own packages only: the libraries' logs hold whole conversations
        for package in ("copilot", "tools", "knowledge", "ui"):
            logging.getLogger(package).setLevel(logging.DEBUG)
    guarded(lambda: _run(arguments), debug=debug)


def _run(arguments: list[str]) -> None:
    # Not "standalone": a misused command is one sentence, not a usage page.
    try:
        status = get_command(app).main(args=arguments, standalone_mode=False, prog_name="wellspring")
    except ClickException as error:
        why = error.format_message().replace("Value error, ", "").rstrip(".")
        command = error.ctx.command_path if getattr(error, "ctx", None) else "wellspring"
        _fail(text("cli.misused", system_language(), why=why, command=command))
    except (typer.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    raise SystemExit(status if isinstance(status, int) else 0)


__all__ = ["PLANNER", "app", "main"]
