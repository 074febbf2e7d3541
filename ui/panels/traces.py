"""The stories of the latest answers, and one of them asked again by another model."""

from __future__ import annotations

import asyncio
from typing import Any

import gradio as gr

from copilot.catalogue import text
from copilot.session import Copilot
from copilot.settings import PLANNER
from copilot.store import State
from copilot.tracing.comparing import Comparison
from copilot.tracing.replay import answering, replay
from copilot.tracing.store import TraceStore
from copilot.tracing.text import SHORT, model_title, summary
from copilot.tracing.tracer import stories
from ui.panels.panel import FIRST, PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.stories import comparison, listed
from ui.words import say

LATEST = 100
"""Stories shown at once."""
STATES: tuple[State, ...] = ("done", "failed", "interrupted", "running")


class Stories(Section):
    """The latest turns; a click opens one."""

    def lay_out(self) -> None:
        self.heading("traces")
        self.state = self.dropdown("traces.state", _states, value="", elem_id="ws-trace-state")
        self.all = gr.HTML(elem_id="ws-traces-all")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        for happens in (tab.select, self.state.input):
            happens(self.look, [self.state, language], self.all, show_progress="hidden", **PRIVATE)

    def look(self, state: str, language: str) -> str:
        found, refused = attempt(lambda: _stories(self._copilot()).latest(state=state or "", limit=LATEST), language)
        return refused if found is None else listed(found, language)


class Replay(Section):
    """One turn, asked again."""

    def lay_out(self) -> None:
        self.heading("traces.again")
        with gr.Row(elem_classes="ws-controls"):
            self.one = self._keep(
                gr.Dropdown([], label=say("traces.one", FIRST), allow_custom_value=True, elem_id="ws-trace-one"),
                lambda language: gr.Dropdown(label=say("traces.one", language)),
            )
            self.model = self._keep(
                gr.Dropdown([], label=say("traces.model", FIRST), allow_custom_value=True, elem_id="ws-trace-model"),
                lambda language: gr.Dropdown(label=say("traces.model", language)),
            )
        self.go = self.button("traces.replay", variant="primary", elem_classes="ws-go", elem_id="ws-trace-replay")
        self.said = gr.HTML(elem_id="ws-trace-compared")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        tab.select(self.offer, language, [self.one, self.model], show_progress="hidden", **PRIVATE)
        given = [self.one, self.model, language]
        self.go.click(self.replay, given, self.said, show_progress_on=self.go, concurrency_limit=1, **PRIVATE)

    def offer(self, language: str) -> list[Any]:
        """Turns that can be asked again, and who could answer."""
        copilot = self._copilot()
        settings = copilot.workspace.settings
        found, _ = attempt(lambda: _stories(copilot).latest(limit=LATEST), language)
        turns = [each for each in found or [] if not each.replay_of]
        named = [(f"{each.id[:SHORT]} · {summary(each, language)[3]}", each.id) for each in turns]
        served = [settings.model, settings.model_2] if settings.language_model else []
        models = [(model_title(each, language), each) for each in (*filter(None, served), PLANNER)]
        return [gr.Dropdown(choices=named, value=None), gr.Dropdown(choices=models, value=models[0][1])]

    def replay(self, id: str | None, model: str | None, language: str) -> str:
        """The comparison, or why there is none."""
        found, refused = attempt(lambda: self._replayed((id or "").strip(), (model or "").strip()), language)
        return refused if found is None else comparison(found, language)

    def _replayed(self, id: str, model: str) -> Comparison:
        workspace = self._copilot().workspace
        return asyncio.run(replay(workspace, id, answering(workspace.settings, model=model)))


def _stories(copilot: Copilot) -> TraceStore:
    return stories(copilot.tracer, copilot.workspace.settings.role)


def _states(language: str) -> list[tuple[str, str]]:
    return [(say("traces.every", language), ""), *((text(f"trace.state.{state}", language), state) for state in STATES)]
