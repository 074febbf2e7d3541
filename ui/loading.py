"""Loading order files from the page: the mapping field, the report, and refusals in one sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from pathlib import Path

from copilot.catalogue import text
from copilot.refusals import worded
from copilot.workspace import Workspace
from tools.errors import ToolError
from tools.loading import LoadReport, TableReport
from ui.refusal import refusal
from ui.tables import fold, table
from ui.words import html, named, say

log = logging.getLogger(__name__)


class BadMapping(Exception):
    """A line of the mapping field is not canonical=column; `args[0]` is the line."""


def load(
    workspace: Workspace, files: list[str], mapping: str, language: str, progress: Callable[[str, float], None]
) -> str:
    """Load the files and return the report, or the refusal, as HTML. Uploads are deleted once loaded."""
    if not files:
        return refusal(say("data.choose", language), language, "data.refused")
    paths = [Path(file) for file in files]
    try:
        report = workspace.load(paths, mapping=parse_mapping(mapping), progress=progress)
    except BadMapping as error:
        return refusal(say("data.bad_mapping", language, given=error.args[0]), language, "data.refused")
    except ToolError as error:
        return refusal(_for_the_field(worded(error, language), language), language, "data.refused")
    except Exception:
        log.exception("loading %s failed", ", ".join(path.name for path in paths))
        return refusal(say("data.unexpected", language), language, "data.refused")
    for path in paths:  # customers' data has no business in a temporary directory
        path.unlink(missing_ok=True)
    return as_html(report, language)


def parse_mapping(lines: str) -> dict[str, str]:
    """Read canonical=column lines (a comma or semicolon parts them too). Raises BadMapping."""
    found: dict[str, str] = {}
    for line in lines.replace("；", "\n").replace(";", "\n").splitlines():
        if not line.strip():
            continue
        name, _, column = line.partition("=")
        if not name.strip() or not column.strip():
            raise BadMapping(line.strip())
        found[name.strip()] = column.strip()
    return found


def as_html(report: LoadReport, language: str) -> str:
    """The load report: totals, then each file's columns and the rows set aside."""
    totals = [("read", report.read), ("kept", report.kept), ("aside", sum(report.set_aside.values()))]
    figures = "".join(
        f'<div><span class="ws-label">{html(f"data.{key}", language)}</span><strong>{count:,}</strong></div>'
        for key, count in totals
    )
    files = "".join(_file(file, language) for file in report.files)
    rows = [[named("table", name, language), f"{count:,}"] for name, count in report.tables.items() if count]
    now = table([say("result.data_table", language), say("result.data_rows", language)], rows)
    return (
        f'<div class="ws-report"><div class="ws-totals">{figures}</div>{files}'
        f"<h4>{html('data.now', language)}</h4>{now}</div>"
    )


def _file(file: TableReport, language: str) -> str:
    columns = [[name, column or say("data.computed", language)] for name, column in file.columns.items()]
    aside = [[named("reason", reason, language), f"{count:,}"] for reason, count in file.set_aside.items()]
    remarks = [_for_the_field(text(f"note.{note.key}", language, **note.params), language) for note in file.notes]
    notes = "".join(f'<p class="ws-note">{escape(remark)}</p>' for remark in remarks)
    head = html("data.into", language, source=Path(file.source).name, table=named("table", file.table, language))
    parts = [f"<h4>{head}</h4>"]
    if columns:
        parts.append(table([say("data.field", language), say("data.column", language)], columns, words=2))
    if aside:
        parts.append(table([say("data.reason", language), say("data.count", language)], aside))
    if file.samples:
        parts.append(fold(say("data.samples", language), _samples(file, language)))
    return f"<section>{''.join(parts)}{notes}</section>"


def _samples(file: TableReport, language: str) -> str:
    rows = [
        [say("data.row", language, row=sample.row), named("reason", sample.reason, language), sample.text]
        for sample in file.samples
    ]
    return table(["", say("data.reason", language), ""], rows, words=3)


def _for_the_field(sentence: str, language: str) -> str:
    """The sentences name the command line's flag, once a column; here the columns go into one field."""
    name = say("data.mapping", language)
    field = f"「{name}」" if language == "zh" else f"{name}:"
    return sentence.replace("--map", field, 1).replace("--map ", "")
