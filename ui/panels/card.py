"""A result on a tab: the card that the chat shows, as three components."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from copilot.catalogue import localise
from tools.results import Evidence
from ui.charts import chart
from ui.refusal import attempt
from ui.render import foot, head


class Card:
    """Head, chart and foot of one result; empty until there is one."""

    def __init__(self, name: str) -> None:
        """Made where it shall stand; `name` makes its id."""
        with gr.Column(elem_id=f"ws-card-{name}", elem_classes="ws-card"):
            self._head = gr.HTML()
            self._plot = gr.Plot(show_label=False, visible=False)
            self._foot = gr.HTML()

    @property
    def outputs(self) -> list[gr.components.Component]:
        return [self._head, self._plot, self._foot]


def shown(make: Callable[[], Evidence], language: str, currency: str) -> list[Any]:
    """Values for a card's outputs: the result that `make` gives, or why there is none."""
    result, refused = attempt(make, language)
    if result is None:
        return [refused, gr.Plot(value=None, visible=False), ""]
    evidence = localise(result.model_dump(mode="json"), language)
    figure = chart(evidence, language, currency)
    plot = gr.Plot(value=figure, visible=figure is not None)
    return [head(evidence, language, currency), plot, foot(evidence, language, currency, opened=True)]


def nothing() -> list[Any]:
    """Values that empty a card."""
    return ["", gr.Plot(value=None, visible=False), ""]
