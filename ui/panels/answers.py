"""Sections that answer one question: controls, a button, and the result as a card."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import gradio as gr

from tools.results import Evidence
from ui.panels.card import Card, shown
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.words import named


class Answer(Section):
    """Answered when its tab is opened, and again on the button."""

    at_once = True
    """Whether it answers as soon as its tab is opened; a question of many seconds waits for the button."""
    ask_key = "panel.show"

    def lay_out(self) -> None:
        with gr.Row(elem_classes="ws-controls"):
            self.controls = self._controls()
        self.go = self.button(self.ask_key, elem_classes="ws-go", elem_id=f"ws-go-{self.name}")
        self.card = Card(self.name)

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        asked = [*self.controls, language]
        self.go.click(self.answer, asked, self.card.outputs, show_progress_on=self.go, **PRIVATE)
        for control in self.controls:
            if isinstance(control, gr.Textbox):
                control.submit(self.answer, asked, self.card.outputs, **PRIVATE)
        self.opened(tab, language)

    def opened(self, tab: gr.Tab, language: gr.Radio) -> None:
        if self.at_once:
            tab.select(self.answer, [*self.controls, language], self.card.outputs, **PRIVATE)

    def answer(self, *given: Any) -> list[Any]:
        """Values for the card; the last of `given` is the language."""
        *values, language = given
        return shown(lambda: self._ask(*values), language, self.currency())

    @abstractmethod
    def _controls(self) -> list[gr.components.Component]: ...

    @abstractmethod
    def _ask(self, *values: Any) -> Evidence:
        """The result for the controls' values. Raises ToolError."""

    def day(self, key: str = "panel.day") -> gr.Textbox:
        return self.textbox(key, "panel.day_hint")


def codes(kind: str, *names: str):  # noqa: ANN201
    """Choices of codes that the catalogue names under `kind`."""
    return lambda language: [(named(kind, name, language), name) for name in names]
