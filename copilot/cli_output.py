"""What the command line prints: results, progress and refusals."""

from __future__ import annotations

import json
import locale
import os
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from copilot.catalogue import text

if TYPE_CHECKING:
    from knowledge.results import SearchResult
    from tools.loading import LoadReport, TableReport

out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


ASKED: ContextVar[str] = ContextVar("asked", default="")
"""Language that the command line names by --lang; refusals before a command runs speak it too."""


def system_language() -> str:
    """The language of --lang where it is given; else zh on a Chinese system, else en."""
    if ASKED.get():
        return ASKED.get()
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith("zh") else "en"


def emit(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fail(message: str) -> NoReturn:
    """One sentence on standard error, exit code 2."""
    err.print(message)
    raise SystemExit(2)


class Bar:
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

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.update(self._task, completed=1.0)
        self._progress.stop()

    def share(self, stage: str, share: float) -> None:
        self._progress.update(self._task, completed=share)

    def count(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done / total if total else 1.0)


def report_text(report: LoadReport, language: str) -> str:
    """A load report as lines: every file, its columns, the rows set aside, and what is loaded now."""
    tables = ", ".join(f"{name} {rows:,}" for name, rows in report.tables.items())
    lines = [line for file in report.files for line in _file_lines(file, language)]
    return "\n".join([*lines, text("cli.load_tables", language, tables=tables)])


def _file_lines(file: TableReport, language: str) -> list[str]:
    counts = {"read": f"{file.read:,}", "kept": f"{file.kept:,}"}
    return [
        text("cli.load_file", language, source=file.source, table=file.table, **counts),
        *(
            text("cli.load_column", language, canonical=key, column=value or text("cli.computed", language))
            for key, value in file.columns.items()
        ),
        *(
            text("cli.load_aside", language, n=f"{count:,}", reason=text(f"reason.{reason}", language))
            for reason, count in file.set_aside.items()
        ),
        *(f"  {text(f'note.{note.key}', language, **note.params)}" for note in file.notes),
    ]


def search_text(found: SearchResult, language: str) -> str:
    """Passages one below the other; a line first where none of them is an answer."""
    from copilot.documenttext import cited_source, hit_marks

    hits = ["\n".join([
        f"[{hit.id}] {hit.title} ({hit.score:.2f}) — {cited_source(hit, language)}", *hit_marks(hit, language),
        hit.text, "",
    ]) for hit in found.results]  # fmt: skip
    head = [text(f"search.caution.{code}", language) for code in found.cautions]
    head += [text("search.read_as", language, words=found.read_as)] if found.read_as else []
    head += [] if found.answerable else [text("modeltext.no_answer", language)]
    return "\n".join([*head, *hits])
