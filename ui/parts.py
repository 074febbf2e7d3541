"""What a chat message holds: HTML and charts, made ready once because a turn is sent many times."""

from __future__ import annotations

from contextvars import Context
from functools import cache

import gradio as gr
import plotly.graph_objects as go
from gradio.components.chatbot import ComponentMessage
from gradio.components.plot import PlotData


def html_part(value: str) -> ComponentMessage:
    """Our own, already escaped HTML."""
    return ComponentMessage(
        component="html", value=value, constructor_args={"render": False}, props={**_props(gr.HTML), "value": value}
    )


def chart_part(figure: go.Figure) -> ComponentMessage:
    value = PlotData(type="plotly", plot=figure.to_json()).model_dump()
    return ComponentMessage(
        component="plot", value=value, constructor_args={"render": False, "show_label": False},
        props={**_props(gr.Plot), "value": value, "show_label": False},
    )  # fmt: skip


@cache
def _props(kind: type) -> dict:
    """A component's default properties; making one for every message of every update would be slow."""
    # Inside an event Gradio leaves new components unmade (there they stand for updates): step out of it.
    return Context().run(lambda: kind(render=False).get_config())
