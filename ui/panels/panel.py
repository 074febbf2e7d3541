"""What every tab beside the chat is: sections below each other, or each in a tab of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from copilot.session import Copilot
from ui.words import say

if TYPE_CHECKING:
    from ui.panels.section import Section

PRIVATE = {"api_visibility": "private"}
FIRST = "zh"
"""Language of the first paint, before the browser has said its own."""


class Panel:
    """One tab: its sections and their words in a language."""

    def __init__(
        self, name: str, copilot: Callable[[], Copilot], sections: Sequence[type[Section]], *, tabbed: bool = False
    ) -> None:
        """Catalogue entry `ui.nav.<name>` is its title; with `tabbed`, `ui.<name>.<section>` that of each section."""
        self.name = name
        self._tabbed = tabbed
        self._sections = [section(copilot) for section in sections]
        for section in self._sections:
            section.beside = self._sections
        self._tabs: list[tuple[gr.Tab, str]] = []

    def build(self) -> None:
        """Lay the tab out; called inside `gr.Tabs`."""
        with self._tab(f"nav.{self.name}", self.name), gr.Column(elem_id=f"ws-{self.name}", elem_classes="ws-sheet"):
            if self._tabbed:
                with gr.Tabs(elem_classes="ws-subtabs", overflow_behavior="wrap"):
                    for section in self._sections:
                        with self._tab(f"{self.name}.{section.name}", f"{self.name}-{section.name}"):
                            section.lay_out()
            else:
                for section in self._sections:
                    section.lay_out()

    def words(self) -> list[gr.components.Component | gr.Tab]:
        """Components whose texts change with the language, in the order of `relabel`."""
        return [*(tab for tab, _ in self._tabs), *(word for section in self._sections for word in section.words())]

    def relabel(self, language: str) -> list[Any]:
        """Updates for `words`."""
        tabs = [gr.Tab(label=say(key, language)) for _, key in self._tabs]
        return [*tabs, *(update for section in self._sections for update in section.relabel(language))]

    def wire(self, language: gr.Radio, bar: gr.HTML) -> None:
        """Connect the handlers; `language` holds the reader's language, `bar` the page's header."""
        own, *inner = [tab for tab, _ in self._tabs]
        for section, tab in zip(self._sections, inner or [own] * len(self._sections), strict=True):
            section.wire(language, bar, tab)
            if inner and tab is inner[0]:  # it is open when the whole tab is opened
                section.opened(own, language)
        for event in (section.loaded for section in self._sections if section.loaded):
            for section in self._sections:
                section.reread(event, language)

    def _tab(self, key: str, name: str) -> gr.Tab:
        tab = gr.Tab(say(key, FIRST), id=name, elem_id=f"ws-tab-{name}")
        self._tabs.append((tab, key))
        return tab
