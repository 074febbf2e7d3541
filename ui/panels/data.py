"""Loading customer files: drop them, settle the columns, read the report."""

from __future__ import annotations

from typing import Any

import gradio as gr

from copilot.session import Copilot
from ui import header, loading
from ui.panels.panel import FIRST, PRIVATE, Panel
from ui.words import html, say

FILES = [".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".gz"]


class DataPanel(Panel):
    """The tab that files are loaded in."""

    name = "data"

    def _lay_out(self) -> None:
        with gr.Column(elem_id="ws-data"):
            self.intro = gr.HTML()
            self.files = gr.File(
                file_count="multiple", file_types=FILES, label=say("data.files", FIRST), height=150, elem_id="ws-files"
            )
            self.mapping = gr.Textbox(
                label=say("data.mapping", FIRST), info=say("data.mapping_hint", FIRST), lines=2, elem_id="ws-mapping"
            )
            self.load = gr.Button(say("data.load", FIRST), variant="primary", elem_id="ws-load")
            self.report = gr.HTML(elem_id="ws-report")

    def _worded(self) -> list[gr.components.Component]:
        return [self.intro, self.files, self.mapping, self.load]

    def _reworded(self, language: str) -> list[Any]:
        return [
            _intro(self._copilot(), language),
            gr.File(label=say("data.files", language)),
            gr.Textbox(label=say("data.mapping", language), info=say("data.mapping_hint", language)),
            gr.Button(say("data.load", language)),
        ]

    def wire(self, language: gr.Radio, bar: gr.HTML) -> None:
        self.load.click(
            self.take_files,
            [self.files, self.mapping, language],
            [self.report, self.files, bar, self.intro],
            concurrency_limit=1,
            **PRIVATE,
        )

    def take_files(self, files: list[str] | None, mapping: str, language: str, progress=gr.Progress()) -> list:  # noqa: ANN001
        copilot = self._copilot()
        report = loading.load(
            copilot.workspace, files or [], mapping, language,
            lambda stage, share: progress(share, desc=say(f"data.stage.{stage}", language)),
        )  # fmt: skip
        kept = gr.skip() if "ws-failure" in report else None
        return [report, kept, header.bar(copilot, language), _intro(copilot, language)]


def _intro(copilot: Copilot, language: str) -> str:
    workspace = copilot.workspace
    key = "replaces_demo" if workspace.holds_demo else "adds_to"
    effect = html(f"data.{key}", language, name=workspace.settings.workspace)
    return (
        f'<div class="ws-intro"><h2>{html("data.heading", language)}</h2><p>{html("data.intro", language)}</p>'
        f'<p class="ws-quiet">{effect}</p></div>'
    )
