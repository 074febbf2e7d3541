"""Several campaigns taken on at once: handed in, approved or returned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any, Literal

import gradio as gr

from copilot.campaigns.desk import CampaignDesk
from copilot.campaigns.results import Campaign
from copilot.campaigns.wording import outcome_line, summary
from copilot.campaigns.words import LONGEST
from ui.panels.campaign_layout import FOLLOW
from ui.panels.campaigns import ALONE, LATEST, QUIET
from ui.panels.panel import FIRST
from ui.panels.section import Section
from ui.words import say

OPEN = frozenset({"draft", "returned", "in_review"})
"""States that somebody still has to decide something in."""


class Bulk(Section):
    """Campaigns that are not approved yet, ticked, and one thing done to all of them."""

    def lay_out(self) -> None:
        self.heading("campaigns.bulk")
        self.waiting = self._keep(
            gr.CheckboxGroup([], label=say("campaigns.waiting", FIRST), elem_id="ws-camp-waiting"),
            lambda language: gr.CheckboxGroup(label=say("campaigns.waiting", language)),
        )
        self.note = self.textbox("campaigns.note", max_length=LONGEST, elem_id="ws-camp-bulk-note")
        with gr.Row(elem_classes="ws-controls"):
            self.buttons = {
                "submit": self.button("campaigns.submit_all", elem_classes="ws-go", elem_id="ws-camp-submit-all"),
                "approve": self.button("campaigns.approve_all", elem_classes="ws-go", elem_id="ws-camp-approve-all"),
                "return": self.button("campaigns.return_all", elem_classes="ws-go", elem_id="ws-camp-return-all"),
            }
        self.said = gr.HTML(elem_id="ws-camp-bulk-said")
        self.listed = gr.State([])
        self.follow = gr.Button(visible="hidden", elem_classes=FOLLOW)

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        tab.select(self.look, language, [self.waiting, self.said], **QUIET).then(
            self._choices, language, self.listed, **QUIET)  # fmt: skip
        self.follow.click(self.followed, [self.listed, language], [self.waiting, self.listed], **QUIET)
        for step, button in self.buttons.items():
            given = [self.waiting, self.note, language]
            button.click(partial(self.act, step), given, [self.waiting, self.said], **ALONE)

    def look(self, language: str, said: str = "") -> list[Any]:
        return [gr.CheckboxGroup(choices=self._choices(language), value=[]), said]

    def followed(self, listed: list, language: str) -> list[Any]:
        """The list as it is by now; what is ticked stays until something in it has changed."""
        choices = self._choices(language)
        if [list(each) for each in choices] == [list(each) for each in listed]:
            return [gr.skip(), gr.skip()]
        return [gr.CheckboxGroup(choices=choices, value=[]), choices]

    def _choices(self, language: str) -> list[tuple[str, str]]:
        found = [each for each in self._desk().all() if each.state in OPEN][:LATEST]
        return [(summary(each, language), each.id) for each in found]

    def act(
        self, step: Literal["submit", "approve", "return"], ids: list[str], note: str, language: str
    ) -> list[Any]:  # fmt: skip
        """Do one thing to each campaign at its latest version; what one refuses does not stop the others."""
        desk, at = self._desk(), datetime.now(UTC)
        acts: dict[str, Callable[[Campaign], Campaign]] = {
            "submit": lambda one: desk.submit(one.id, one.version, at, note=note),
            "approve": lambda one: desk.approve(one.id, one.version, at, note=note),
            "return": lambda one: desk.send_back(one.id, one.version, note, at),
        }
        outcomes = desk.each(ids, lambda id: acts[step](desk.get(id)))
        return self.look(language, "".join(f"<p>{escape(outcome_line(each, language))}</p>" for each in outcomes))

    def _desk(self) -> CampaignDesk:
        return CampaignDesk(self._copilot().workspace, "page")
