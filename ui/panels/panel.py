"""What every tab beside the chat is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import gradio as gr

from copilot.session import Copilot
from ui.words import say

PRIVATE = {"api_visibility": "private"}
FIRST = "zh"
"""Language of the first paint, before the browser has said its own."""


class Panel(ABC):
    """One tab: its components, their handlers, and their words in a language."""

    name: str
    """Catalogue entry `ui.nav.<name>` is its title."""

    def __init__(self, copilot: Callable[[], Copilot]) -> None:
        self._copilot = copilot

    def build(self) -> None:
        """Lay the tab out; called inside `gr.Tabs`."""
        with gr.Tab(say(f"nav.{self.name}", FIRST), id=self.name) as self.tab:
            self._lay_out()

    def words(self) -> list[gr.components.Component | gr.Tab]:
        """Components whose texts change with the language, in the order of `relabel`."""
        return [self.tab, *self._worded()]

    def relabel(self, language: str) -> list[Any]:
        """Updates for `words`."""
        return [gr.Tab(say(f"nav.{self.name}", language)), *self._reworded(language)]

    @abstractmethod
    def _lay_out(self) -> None: ...

    @abstractmethod
    def _worded(self) -> list[gr.components.Component]: ...

    @abstractmethod
    def _reworded(self, language: str) -> list[Any]: ...

    @abstractmethod
    def wire(self, language: gr.Radio, bar: gr.HTML) -> None:
        """Connect the handlers; `language` holds the reader's language, `bar` the page's header."""
