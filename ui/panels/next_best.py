"""What to do next: the category to mention, channel, hour and need of a discount, counted or for one customer."""

from __future__ import annotations

from html import escape

import gradio as gr

from copilot.catalogue import text
from copilot.nextbest import next_best, next_best_for
from copilot.nextbesttext import customer_text, overview_lines
from tools.results import TIERS
from tools.roles import may
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.words import say


class NextBest(Section):
    """A tier's choices counted; a customer's own, each with its reason, for whoever may see rows."""

    def lay_out(self) -> None:
        self.heading("next_best")
        with gr.Row(elem_classes="ws-controls"):
            self.tier = self.dropdown("next_best.tier", _tiers, value="", elem_id="ws-next-tier")
            self.customer = self.textbox("next_best.customer", "next_best.customer_hint", max_length=100,
                                         elem_id="ws-next-customer")  # fmt: skip
        self.show = self.button("next_best.show", elem_classes="ws-go", elem_id="ws-next-show")
        self.found = gr.HTML(elem_id="ws-next-found")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        self.show.click(self.chosen, [self.tier, self.customer, language], self.found, **PRIVATE)

    def chosen(self, tier: str, customer: str, language: str) -> str:
        """The choices in words, or the refusal."""
        lines, refused = attempt(lambda: self._lines(tier or "", customer.strip(), language), language)
        return refused or f'<div class="ws-lines">{escape(lines or "")}</div>'

    def _lines(self, tier: str, customer: str, language: str) -> str:
        workspace = self._copilot().workspace
        if customer:
            return "\n\n".join(customer_text(row, language) for row in next_best_for(workspace, [customer]))
        overview, _each = next_best(workspace, tier=tier)
        return "\n".join(overview_lines(overview, language, exact=may(workspace.settings.role, "rows")))


def _tiers(language: str) -> list[tuple[str, str]]:
    return [(say("next_best.everybody", language), ""), *((text(f"tier.{tier}", language), tier) for tier in TIERS)]
