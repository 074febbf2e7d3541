"""What a chat message holds: HTML, charts and result cards, made once because a turn is sent many times."""

from __future__ import annotations

from contextvars import Context
from functools import cache

import gradio as gr
import plotly.graph_objects as go
from gradio.components.chatbot import ComponentMessage
from gradio.components.plot import PlotData

from ui.charts import chart
from ui.render import foot, head


def html_part(value: str) -> ComponentMessage:
    """Our own, already escaped HTML."""
    props = {**_props(gr.HTML), "value": value}
    return ComponentMessage(component="html", value=value, constructor_args={"render": False}, props=props)


def chart_part(figure: go.Figure) -> ComponentMessage:
    value = PlotData(type="plotly", plot=figure.to_json()).model_dump()
    props = {**_props(gr.Plot), "value": value, "show_label": False}
    return ComponentMessage(component="plot", value=value, constructor_args={"show_label": False}, props=props)


def result_card(evidence: dict, language: str, currency: str) -> list[ComponentMessage]:
    """Head, chart where there is one, and foot of one result; evidence is localised."""
    figure = chart(evidence, language, currency)
    return [
        html_part(head(evidence, language, currency)),
        *([chart_part(figure)] if figure else []),
        html_part(foot(evidence, language, currency)),
    ]


@cache
def _props(kind: type) -> dict:
    """A component's default properties; making one for every message of every update would be slow."""
    # Inside an event Gradio leaves new components unmade (there they stand for updates): step out of it.
    return Context().run(lambda: kind(render=False).get_config())
