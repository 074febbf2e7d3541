"""Loading customer files: drop them, settle the columns, read the report."""

from __future__ import annotations

from typing import Any

import gradio as gr

from copilot.session import Copilot
from ui import header, loading
from ui.panels.panel import FIRST, PRIVATE
from ui.panels.section import Section
from ui.words import html, say

FILES = [".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".gz"]


class Loading(Section):
    """Files into the workspace."""

    def lay_out(self) -> None:
        self.intro = self._keep(gr.HTML(), lambda language: _intro(self._copilot(), language))
        self.files = self.file(
            "data.files", file_count="multiple", file_types=FILES, height=150, elem_id="ws-files"
        )
        self.mapping = self._keep(
            gr.Textbox(
                label=say("data.mapping", FIRST), info=say("data.mapping_hint", FIRST), lines=2, elem_id="ws-mapping"
            ),
            lambda language: gr.Textbox(label=say("data.mapping", language), info=say("data.mapping_hint", language)),
        )
        self.load = self.button("data.load", variant="primary", elem_id="ws-load", elem_classes="ws-go")
        self.report = gr.HTML(elem_id="ws-report")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        self.loaded = self.load.click(
            self.take_files,
            [self.files, self.mapping, language],
            [self.report, self.files, bar, self.intro],
            concurrency_limit=1,
            **PRIVATE,
        ).then

    def take_files(self, files: list[str] | None, mapping: str, language: str, progress=gr.Progress()) -> list[Any]:  # noqa: ANN001
        copilot = self._copilot()
        report = loading.load(
            copilot.workspace, files or [], mapping, language,
            lambda stage, share: progress(share, desc=say(f"data.stage.{stage}", language)),
        )  # fmt: skip
        kept = gr.skip() if "ws-failure" in report else None
        return [report, kept, header.bar(copilot, language, weighed=True), _intro(copilot, language)]


def _intro(copilot: Copilot, language: str) -> str:
    workspace = copilot.workspace
    key = "replaces_demo" if workspace.holds_demo else "adds_to"
    effect = html(f"data.{key}", language, name=workspace.settings.workspace)
    return (
        f'<div class="ws-intro"><h2>{html("data.heading", language)}</h2><p>{html("data.intro", language)}</p>'
        f'<p class="ws-quiet">{effect}</p></div>'
    )
