"""Selecting people: plain words to a rule, a preview, a saved version, a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from tools.errors import NoData
from tools.selection.desk import SegmentDesk
from tools.selection.results import Selection
from tools.selection.rule import Condition, Group, read_rule
from ui.panels.card import Card, shown
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt, refusal
from ui.words import html, say

FORMATS = ("csv", "xlsx")


class People(Section):
    """The desk: ask, look, edit, keep, export, reopen."""

    def lay_out(self) -> None:
        self.current, self.said, self.folder = gr.State(None), gr.State(""), gr.State("")
        self.heading("people.ask")
        self.asked = self.textbox("people.words", "people.words_hint", lines=2, max_lines=6, elem_id="ws-whom")
        with gr.Row(elem_classes="ws-controls"):
            self.exclude = self.dropdown("people.exclude", multiselect=True, allow_custom_value=True, value=[])
        self.go = self.button("people.preview", variant="primary", elem_classes="ws-go", elem_id="ws-preview")
        self.card = Card("selection")
        with self.accordion("people.rule", elem_id="ws-rule"):
            self.rule = self.textbox("people.rule_label", lines=6, max_lines=20, elem_id="ws-rule-text")
            self.apply = self.button("people.apply", elem_classes="ws-go", elem_id="ws-apply")
        with self.accordion("people.overlap"):
            self.overlap = Card("overlap")
        with self.accordion("people.tags", elem_id="ws-tags") as self.tag_fold:
            self.tag = self.dropdown("people.tag", value=None, elem_id="ws-tag")
            self.tags = Card("tags")
        with self.accordion("people.list"):
            self.list = self.file("people.list", file_types=[".csv", ".txt", ".xlsx"], height=110, elem_id="ws-list")
        self._lay_out_keeping()

    def _lay_out_keeping(self) -> None:
        self.heading("people.keep")
        with gr.Row(elem_classes="ws-controls"):
            self.name_box = self.textbox("people.name", max_length=80, elem_id="ws-segment-name")
            self.owner = self.textbox("people.owner", max_length=80)
        self.acknowledge = self.checkbox("people.acknowledge")
        self.save = self.button("people.save", variant="primary", elem_classes="ws-go", elem_id="ws-save")
        with gr.Row(elem_classes="ws-controls"):
            self.format = gr.Radio([(f".{each}", each) for each in FORMATS], value="csv", show_label=False)
            self.personal = self.checkbox("people.personal", elem_id="ws-personal")
        self.caution = gr.HTML()
        self.export = self.button("people.export", elem_classes="ws-go", elem_id="ws-export")
        self.told = gr.HTML(elem_id="ws-segment-told")
        self.files = self.file(
            "people.files", file_count="multiple", interactive=False, visible=False, elem_id="ws-exported"
        )
        self.heading("people.past")
        self.past = Card("segments")
        with gr.Row(elem_classes="ws-controls"):
            self.which = self.dropdown("people.which", value=None, elem_id="ws-which")
            self.open = self.button("people.open", elem_classes="ws-go", elem_id="ws-open")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        preview = [self.current, self.said, *self.card.outputs, self.rule, *self.overlap.outputs]
        saved = [*self.past.outputs, self.which, self.exclude]
        quiet = {"show_progress": "hidden", **PRIVATE}
        tab.select(self.list_saved, language, saved, **quiet)
        for event in (self.go.click, self.asked.submit):
            event(self.preview, [self.asked, self.exclude, language], preview, **PRIVATE)
        self.apply.click(self.apply_rule, [self.rule, self.exclude, language], preview, **PRIVATE)
        self.tag_fold.expand(self.list_tags, language, [self.tag, *self.tags.outputs], **PRIVATE)
        self.tag.input(self.add_tag, [self.tag, self.rule, self.exclude, language], preview, **PRIVATE)
        listed = [self.told, self.list, self.exclude]
        self.list.upload(self.take_list, [self.list, self.exclude, language], listed, **quiet)
        kept = [self.name_box, self.owner, self.acknowledge, self.current, self.said, language]
        self.save.click(self.keep, kept, [self.told, self.current], **PRIVATE).then(
            self.list_saved, language, saved, **quiet
        )
        self.personal.input(self.warn, [self.personal, language], self.caution, **quiet)
        self.export.click(
            self.write, [self.format, self.personal, self.current, language, self.acknowledge],
            [self.told, self.files, self.folder], **PRIVATE,
        ).then(self.forget, self.folder, None, **quiet)  # fmt: skip
        self.open.click(self.reopen, [self.which, language], preview, **PRIVATE)

    def preview(self, words: str, exclude: list[str], language: str) -> list[Any]:
        """Who the words select."""
        if not words.strip():
            return self._refused(refusal(say("people.words_first", language), language))
        return self._shown(lambda desk: desk.preview(words, exclusions=desk.exclusions(exclude)), words, language)

    def apply_rule(self, rule: str, exclude: list[str], language: str) -> list[Any]:
        """Who the edited rule selects."""
        return self._shown(
            lambda desk: desk.preview(rule=read_rule(rule), exclusions=desk.exclusions(exclude)), "", language
        )

    def add_tag(self, tag: str, rule: str, exclude: list[str], language: str) -> list[Any]:
        """The rule, and the tag besides."""
        def more(desk: SegmentDesk) -> Selection:
            now = read_rule(rule) if rule.strip() not in ("", "{}") else Group()
            wanted = now.model_copy(update={"all": [*now.all, Condition(trait=tag, op="is", value=True)]})
            return desk.preview(rule=wanted, exclusions=desk.exclusions(exclude))

        return self._shown(more, "", language)

    def reopen(self, which: str | None, language: str) -> list[Any]:
        """A saved version on the data as it is now."""
        if not which:
            return self._refused(refusal(say("people.nothing", language), language))
        return self._shown(lambda desk: desk.show(which), "", language)

    def list_tags(self, language: str) -> list[Any]:
        """Sizes of the tags, and the tags to choose from."""
        found, refused = attempt(lambda: self.data().traits.overview([], "", ""), language)
        if found is None:
            return [gr.Dropdown(choices=[]), refused, gr.skip(), gr.skip()]
        choices = [
            (say("people.tag_choice", language, tag=getattr(row.title, language), n=f"{row.customers:,}"), row.tag)
            for row in found.rows
            if not row.lacks
        ]
        return [gr.Dropdown(choices=choices, value=None), *shown(lambda: found, language, self.currency())]

    def list_saved(self, language: str) -> list[Any]:
        """The saved segments, their versions to open, and what can be left out."""
        desk, refused = attempt(self._desk, language)
        if desk is None:
            return [refused, gr.skip(), gr.skip(), gr.Dropdown(choices=[]), gr.Dropdown(choices=[])]
        found = desk.list()
        versions = [each for row in found.rows for each in reversed(desk.versions(row.name))]
        choices = [
            (say("people.version", language, name=row.name, version=row.version, n=f"{row.customers:,}"),
             f"{row.name}@{row.version}")
            for row in versions
        ]  # fmt: skip
        names = [row.name for row in found.rows]
        card = shown(lambda: found, language, self.currency())
        return [*card, gr.Dropdown(choices=choices), gr.Dropdown(choices=names)]

    def take_list(self, file: str | None, exclude: list[str], language: str) -> list[Any]:
        """Keep an uploaded list and leave its people out; the upload itself is deleted."""
        if not file:
            return [gr.skip()] * 3
        name, refused = attempt(lambda: self._desk().keep_list(Path(file), datetime.now(UTC)), language)
        Path(file).unlink(missing_ok=True)
        return [refused, None, gr.skip() if name is None else [*exclude, name]]

    def keep(
        self, name: str, owner: str, acknowledge: bool, current: Selection | None, said: str, language: str
    ) -> list[Any]:
        """Save what is shown as the next version of `name`."""
        if current is None:
            return [refusal(say("people.nothing", language), language), None]
        now = datetime.now(UTC)
        saved, refused = attempt(
            lambda: self._desk().save(name, current, said=said, owner=owner, at=now, acknowledged=acknowledge), language
        )
        if saved is None:
            return [refused, current]
        words = html("people.saved", language, name=saved.name, version=saved.version, n=f"{saved.customers:,}")
        return [_done(words), current.model_copy(update={"name": saved.name, "version": saved.version})]

    def warn(self, personal: bool, language: str) -> str:
        return f'<div class="ws-notice">{html("people.caution", language)}</div>' if personal else ""

    def write(
        self, format_: str, personal: bool, current: Selection | None, language: str, acknowledge: bool = False
    ) -> list[Any]:
        """The members as a file with its manifest: ids only, unless personal data is asked for."""
        if current is None:
            return [refusal(say("people.nothing", language), language), gr.File(visible=False), ""]
        folder = Path(tempfile.mkdtemp(prefix="wellspring-segment-"))
        name = f"{current.name or 'segment'}{f'-v{current.version}' if current.version else ''}.{format_}"
        now, role = datetime.now(UTC), self._copilot().workspace.settings.role
        wrote, refused = attempt(
            lambda: self._desk().export(
                current, folder / name, role=role, personal=personal, at=now, acknowledged=acknowledge
            ),
            language,
        )
        if wrote is None:
            return [refused, gr.File(visible=False), str(folder)]
        words = html("people.exported", language, rows=f"{wrote.rows:,}", columns=", ".join(wrote.columns))
        files = [str(folder / each) for each in (wrote.file, wrote.manifest)]
        return [_done(words), gr.File(value=files, visible=True), str(folder)]

    def forget(self, folder: str) -> None:
        """Gradio keeps a copy to download for an hour; ours goes at once."""
        if folder:
            shutil.rmtree(folder, ignore_errors=True)

    def _desk(self) -> SegmentDesk:
        desk = self._copilot().workspace.segments()
        if desk is None:
            raise NoData("nothing_loaded")
        return desk

    def _shown(self, select: Callable[[SegmentDesk], Selection], said: str, language: str) -> list[Any]:
        found, refused = attempt(lambda: select(self._desk()), language)
        if found is None:
            return self._refused(refused)
        currency = self.currency()
        card = shown(lambda: found, language, currency)
        overlap = shown(lambda: self._desk().overlap_of(found, []), language, currency)
        return [found, said, *card, found.rule.yaml(), *overlap]

    def _refused(self, refused: str) -> list[Any]:
        """Why there is no selection; the rule stays to be mended."""
        empty = ["", gr.Plot(value=None, visible=False), ""]
        return [None, "", refused, *empty[1:], gr.skip(), *empty]


def _done(words: str) -> str:
    return f'<p class="ws-done">{words}</p>'
