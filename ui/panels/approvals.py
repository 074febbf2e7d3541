"""Several campaigns in review, approved at once."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

import gradio as gr

from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.wording import outcome_line, summary
from ui.panels.campaigns import ALONE, LATEST, QUIET
from ui.panels.panel import FIRST
from ui.panels.section import Section
from ui.words import say


class Bulk(Section):
    """Several campaigns in review approved at once."""

    def lay_out(self) -> None:
        self.heading("campaigns.bulk")
        self.waiting = self._keep(
            gr.CheckboxGroup([], label=say("campaigns.waiting", FIRST), elem_id="ws-camp-waiting"),
            lambda language: gr.CheckboxGroup(label=say("campaigns.waiting", language)),
        )
        self.go = self.button("campaigns.approve_all", elem_classes="ws-go", elem_id="ws-camp-approve-all")
        self.said = gr.HTML(elem_id="ws-camp-bulk-said")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        tab.select(self.look, language, [self.waiting, self.said], **QUIET)
        self.go.click(self.approve, [self.waiting, language], [self.waiting, self.said], **ALONE)

    def look(self, language: str, said: str = "") -> list[Any]:
        found = self._desk().all("in_review")[:LATEST]
        return [gr.CheckboxGroup(choices=[(summary(each, language), each.id) for each in found], value=[]), said]

    def approve(self, ids: list[str], language: str) -> list[Any]:
        desk, at = self._desk(), datetime.now(UTC)
        outcomes = desk.each(ids, lambda id: desk.approve(id, desk.get(id).version, at))
        lines = "".join(f"<p>{escape(outcome_line(outcome, language))}</p>" for outcome in outcomes)
        return self.look(language, lines)

    def _desk(self) -> CampaignDesk:
        return CampaignDesk(self._copilot().workspace, "page")
