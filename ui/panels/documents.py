"""A team's own documents: add files, see what is on file, check a clean text against its original, delete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from copilot.documents import DocumentDesk
from copilot.documenttext import (
    file_text,
    flag_name,
    flags_text,
    refusal_text,
    repairs_text,
    size_parts,
    validity_text,
)
from knowledge.listing import Comparison, DocumentSummary
from knowledge.reading import SUFFIXES
from knowledge.results import IndexReport
from ui.documents import comparison
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt, refusal
from ui.tables import table
from ui.words import html, say

SHOWN = 7
"""Characters of a version: enough to tell two apart."""
_UNCHANGED = [gr.skip()] * 3


class Documents(Section):
    """Files into the knowledge base, and what is there: each beside its original."""

    def lay_out(self) -> None:
        self._lay_out_adding()
        self._lay_out_shelf()

    def _lay_out_adding(self) -> None:
        self.heading("documents")
        self.files = self.file(
            "documents.files", file_count="multiple", file_types=list(SUFFIXES), height=150, elem_id="ws-doc-files"
        )
        with gr.Row(elem_classes="ws-controls"):
            self.owner = self.textbox("documents.owner", max_lines=1)
            self.valid_until = self.textbox(
                "documents.valid_until", "documents.day_hint", max_lines=1, elem_id="ws-doc-valid"
            )
        self.add = self.button("documents.add", variant="primary", elem_id="ws-doc-add", elem_classes="ws-go")
        self.report = gr.HTML(elem_id="ws-doc-report")

    def _lay_out_shelf(self) -> None:
        self.heading("documents.shelf")
        self.listed = gr.HTML(elem_id="ws-doc-list")
        with gr.Row(elem_classes="ws-controls"):
            self.which = self.dropdown("documents.which", value=None, elem_id="ws-doc-which")
            self.show = self.button("documents.show", elem_id="ws-doc-show", elem_classes="ws-go")
            self.remove = self.button("documents.remove", elem_id="ws-doc-remove", elem_classes="ws-go")
            self.confirm = self.button(
                "documents.confirm", variant="stop", visible=False, elem_id="ws-doc-confirm", elem_classes="ws-go"
            )
        self.beside = gr.HTML(elem_id="ws-doc-beside")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        quiet = {"show_progress": "hidden", **PRIVATE}
        listing = [self.listed, self.which]
        self.add.click(
            self.take_files, [self.files, self.owner, self.valid_until, language],
            [self.report, self.files, *listing], concurrency_limit=1, **PRIVATE,
        )  # fmt: skip
        tab.select(self.read, language, listing, **quiet)
        language.change(self.read, language, listing, **quiet)
        self.show.click(self.check, [self.which, language], self.beside, **PRIVATE)
        self.which.input(lambda: gr.Button(visible=False), None, self.confirm, **quiet)
        self.remove.click(self.ask, [self.which, language], [self.confirm, self.beside], **quiet)
        self.confirm.click(self.forget, [self.which, language], [self.confirm, self.beside, *listing], **PRIVATE)

    def take_files(
        self, files: list[str] | None, owner: str, valid_until: str, language: str, progress=gr.Progress()  # noqa: ANN001
    ) -> list[Any]:
        """Index the files; the report, or why not."""
        if not files:
            return [refusal(say("documents.choose", language), language, "documents.refused"), *_UNCHANGED]
        paths, desk = [Path(file) for file in files], self._desk()

        def count(done: int, total: int) -> None:
            progress(done / total, desc=say("documents.adding", language))

        report, refused = attempt(
            lambda: desk.add(paths, owner=owner, valid_until=valid_until, progress=count), language
        )
        if report is None:
            return [refused, *_UNCHANGED]
        for path in paths:  # what is deleted later must not stay in a temporary directory
            path.unlink(missing_ok=True)
        return [_report(report, language), None, *self.read(language)]

    def read(self, language: str) -> list[Any]:
        """The list, and the documents to choose from."""
        found, refused = attempt(self._desk().listed, language)
        if found is None:
            return [refused, gr.skip()]
        choices = [(f"{each.title} · {each.id}" if each.title != each.id else each.id, each.id) for each in found]
        return [_listed(found, language), gr.Dropdown(choices=choices, value=None)]

    def check(self, which: str | None, language: str) -> str:
        """A document as it was beside its clean text."""
        if not which:
            return refusal(say("documents.nothing", language), language)
        found, refused = attempt(lambda: self._desk().shown(which), language)
        return refused if found is None else _flagged(found, language) + comparison(found, language)

    def ask(self, which: str | None, language: str) -> list[Any]:
        """Deleting takes a second click."""
        if not which:
            return [gr.Button(visible=False), refusal(say("documents.nothing", language), language)]
        return [gr.Button(visible=True), ""]

    def forget(self, which: str | None, language: str) -> list[Any]:
        """Delete a document for good."""
        done, refused = attempt(lambda: self._desk().remove(which or ""), language)
        return [gr.Button(visible=False), refused if done is None else "", *self.read(language)]

    def _desk(self) -> DocumentDesk:
        return DocumentDesk(self._copilot().workspace)


def _report(report: IndexReport, language: str) -> str:
    alerts = [refusal(refusal_text(each, language), language, "documents.refused") for each in report.refused]
    rows = [[file_text(each, language)] for each in report.files]
    return "".join(alerts) + (table([say("documents.title", language)], rows) if rows else "")


def _listed(found: list[DocumentSummary], language: str) -> str:
    if not found:
        return f'<p class="ws-quiet">{html("documents.none", language)}</p>'
    columns = ("title", "owner", "version", "validity", "size", "mended", "flags")
    head = [say(f"documents.{column}", language) for column in columns]
    return table(head, [_row(each, language) for each in found], words=len(head))


def _row(each: DocumentSummary, language: str) -> list[str]:
    return [
        each.title if each.title == each.id else f"{each.title} ({each.id})", each.owner,
        f"{each.dated or ''} {each.version[:SHOWN]}", _until(each, language),
        " · ".join(size_parts(each.page_kind, each.pages, each.passages, language)),
        repairs_text(each.repairs, language), flags_text(each.flags, language),
    ]  # fmt: skip


def _until(each: DocumentSummary, language: str) -> str:
    """The last day on which a document holds; the column's head says what it is."""
    if each.valid_until is None or each.expired:
        return validity_text(each, language)
    return each.valid_until.isoformat()


def _flagged(found: Comparison, language: str) -> str:
    if not found.flagged:
        return ""
    rows = [[flag_name(flag.kind, language), flag.quote] for flag in found.flagged]
    return table([say("documents.flags", language), say("documents.flagged", language)], rows, words=2)
