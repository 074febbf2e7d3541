"""A part of a tab: components that know their own words, and handlers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from copilot.session import Copilot
from tools.errors import NoData
from tools.segment_data import SegmentData
from ui.panels.panel import FIRST
from ui.words import html, say

Choices = Callable[[str], list[tuple[str, str]]]
"""Language -> (name, code) of a dropdown's choices."""


class Section(ABC):
    """One part of a tab. Components made by its methods are reworded with the page's language."""

    name: str = ""
    """Entry of its title where it has a tab of its own."""
    loaded: Callable[..., Any] | None = None
    """The event that other data is loaded after, for a section that loads some."""

    def __init__(self, copilot: Callable[[], Copilot]) -> None:
        self._copilot = copilot
        self.beside: Sequence[Section] = ()
        """The sections of the same tab, itself included."""
        self._said: list[tuple[gr.components.Component, Callable[[str], Any]]] = []

    @abstractmethod
    def lay_out(self) -> None: ...

    @abstractmethod
    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        """Connect the handlers; `tab` is the tab that the section stands in."""

    def opened(self, tab: gr.Tab, language: gr.Radio) -> None:  # noqa: B027 - most answer nothing then
        """Connect what happens when `tab` is opened; for sections that answer at once."""

    def reread(self, event: Callable[..., Any], language: gr.Radio) -> None:  # noqa: B027 - most read nothing then
        """Connect what is read anew on `event`; for sections that show what is loaded."""

    def words(self) -> list[gr.components.Component]:
        """Components whose texts change with the language, in the order of `relabel`."""
        return [component for component, _ in self._said]

    def relabel(self, language: str) -> list[Any]:
        """Updates for `words`."""
        return [reworded(language) for _, reworded in self._said]

    def data(self) -> SegmentData:
        """The newest loaded data. Raises NoData."""
        found = self._copilot().workspace.data()
        if found is None:
            raise NoData("nothing_loaded")
        return found

    def currency(self) -> str:
        return self._copilot().workspace.currency

    def heading(self, key: str) -> gr.HTML:
        """Heading `<key>.heading` with `<key>.intro` below it."""
        return self._keep(gr.HTML(_intro(key, FIRST)), lambda language: gr.HTML(_intro(key, language)))

    def button(self, key: str, **props: Any) -> gr.Button:
        return self._keep(gr.Button(say(key, FIRST), **props), lambda language: gr.Button(say(key, language)))

    def textbox(self, key: str, hint: str = "", **props: Any) -> gr.Textbox:
        def labels(language: str) -> dict[str, str]:
            return {"label": say(key, language), "placeholder": say(hint, language) if hint else ""}

        return self._keep(gr.Textbox(**labels(FIRST), **props), lambda language: gr.Textbox(**labels(language)))

    def checkbox(self, key: str, **props: Any) -> gr.Checkbox:
        return self._keep(
            gr.Checkbox(label=say(key, FIRST), **props), lambda language: gr.Checkbox(label=say(key, language))
        )

    def dropdown(self, key: str, choices: Choices | None = None, **props: Any) -> gr.Dropdown:
        def labels(language: str) -> dict[str, Any]:
            return {"label": say(key, language)} | ({"choices": choices(language)} if choices else {})

        return self._keep(gr.Dropdown(**labels(FIRST), **props), lambda language: gr.Dropdown(**labels(language)))

    def radio(self, key: str, choices: Choices, **props: Any) -> gr.Radio:
        def labels(language: str) -> dict[str, Any]:
            return {"label": say(key, language), "choices": choices(language)}

        return self._keep(gr.Radio(**labels(FIRST), **props), lambda language: gr.Radio(**labels(language)))

    def accordion(self, key: str, **props: Any) -> gr.Accordion:
        made = gr.Accordion(say(key, FIRST), open=False, **props)
        return self._keep(made, lambda language: gr.Accordion(label=say(key, language)))

    def file(self, key: str, **props: Any) -> gr.File:
        return self._keep(gr.File(label=say(key, FIRST), **props), lambda language: gr.File(label=say(key, language)))

    def _keep(self, component: Any, reworded: Callable[[str], Any]) -> Any:
        self._said.append((component, reworded))
        return component


def _intro(key: str, language: str) -> str:
    head, words = html(f"{key}.heading", language), html(f"{key}.intro", language)
    return f'<div class="ws-intro"><h2>{head}</h2><p>{words}</p></div>'
