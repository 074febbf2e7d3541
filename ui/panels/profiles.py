"""Tiers, RFM and lifecycle, and why a customer is where they are."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from copilot.formatting import priced
from copilot.profiletext import why_text
from copilot.tiertext import rules_text
from tools.results import Evidence
from ui.panels.answers import Answer
from ui.panels.card import Card, shown
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.words import html


class Tiers(Section):
    """The five tiers on a day, the moves since another, and the month ahead; the rules behind them."""

    name = "tiers"

    def lay_out(self) -> None:
        with gr.Row(elem_classes="ws-controls"):
            self.first = self.textbox("explore.from_day", "explore.from_hint")
            self.last = self.textbox("explore.to_day", "panel.day_hint")
        self.go = self.button("panel.show", elem_classes="ws-go", elem_id="ws-go-tiers")
        self.cards = [Card(name) for name in ("overview", "migration", "expected")]
        with self.accordion("explore.rules"):
            self.rules = gr.HTML(elem_id="ws-tier-rules")
            self.estimate = self.button("explore.estimate", elem_classes="ws-go")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        self._asked = [self.first, self.last, language]
        self._outputs = [output for card in self.cards for output in card.outputs] + [self.rules]
        self.go.click(self.answer, self._asked, self._outputs, **PRIVATE)
        for box in (self.first, self.last):
            box.submit(self.answer, self._asked, self._outputs, **PRIVATE)
        self.estimate.click(self.reestimate, self._asked, self._outputs, concurrency_limit=1, **PRIVATE)
        self.opened(tab, language)

    def opened(self, tab: gr.Tab, language: gr.Radio) -> None:
        tab.select(self.answer, self._asked, self._outputs, **PRIVATE)

    def answer(self, first: str, last: str, language: str) -> list[Any]:
        """Values for the three cards and the rules."""
        first, last, currency = first.strip(), last.strip(), self.currency()
        asked = (
            lambda: self.data().tiers.overview(last),
            lambda: self.data().tiers.migration(first, last),
            lambda: self.data().tiers.expected(last),
        )
        cards = [value for make in asked for value in shown(make, language, currency)]
        return [*cards, self._rules(language)]

    def reestimate(self, first: str, last: str, language: str) -> list[Any]:
        """Take the dormancy horizon from today's orders, then answer anew."""
        _, refused = attempt(lambda: self._copilot().workspace.estimate_tier_rules(), language)
        *cards, rules = self.answer(first, last, language)
        return [*cards, refused + rules]

    def _rules(self, language: str) -> str:
        found, refused = attempt(lambda: rules_text(self.data().tiers.versions(), language), language)
        return refused if found is None else _lines(found)


class Rfm(Answer):
    name = "rfm"

    def _controls(self) -> list[gr.components.Component]:
        return [self.day()]

    def _ask(self, day: str) -> Evidence:
        return self.data().tiers.rfm(day.strip())


class Lifecycle(Answer):
    name = "lifecycle"

    def _controls(self) -> list[gr.components.Component]:
        return [self.day()]

    def _ask(self, day: str) -> Evidence:
        return self.data().tiers.lifecycle(day.strip())


class Outlook(Answer):
    """Expected orders and customer value; a model is fitted for it, so only on the button."""

    name = "outlook"
    at_once = False
    ask_key = "explore.fit"

    def _controls(self) -> list[gr.components.Component]:
        self.heading("explore.outlook_text")
        return []

    def _ask(self) -> Evidence:
        return self.data().lifetime.report()


class Why(Section):
    """One customer's rules and values; shown on this machine only, never to a model."""

    name = "why"

    def lay_out(self) -> None:
        with gr.Row(elem_classes="ws-controls"):
            self.customer = self.textbox("explore.customer", elem_id="ws-why-customer")
            self.day = self.textbox("panel.day", "panel.day_hint")
        self.go = self.button("explore.explain", variant="primary", elem_classes="ws-go", elem_id="ws-go-why")
        self.reasons = gr.HTML(elem_id="ws-why")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        asked = [self.customer, self.day, language]
        for event in (self.go.click, self.customer.submit, self.day.submit):
            event(self.explain, asked, self.reasons, **PRIVATE)

    def explain(self, customer: str, day: str, language: str) -> str:
        """The rules in order with the customer's values, the stage and the scores."""
        if not customer.strip():
            return f'<p class="ws-quiet">{html("explore.customer_first", language)}</p>'
        with priced(self.currency()):
            found, refused = attempt(
                lambda: why_text(self.data().tiers.why(customer.strip(), day.strip()), language), language
            )
        return refused if found is None else _lines(found)


def _lines(words: str) -> str:
    return f'<div class="ws-lines">{escape(words)}</div>'
