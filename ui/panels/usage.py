"""What the language model used and cost: day by day, and conversation by conversation."""

from __future__ import annotations

from collections.abc import Iterable

import gradio as gr

from copilot.answer import Usage as Used
from copilot.catalogue import text
from copilot.usagetext import cells
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.tables import table

DAYS = 30


class Usage(Section):
    """The book of model calls."""

    def lay_out(self) -> None:
        self.heading("usage")
        self.book = gr.HTML(elem_id="ws-usage")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        for event in (tab.select, language.input):
            event(self.read, language, self.book, show_progress="hidden", **PRIVATE)

    def read(self, language: str) -> str:
        copilot = self._copilot()
        today = copilot.workspace.calendar_day
        days = copilot.usage.days(today, DAYS)
        if not days:
            return f"<p>{text('usage.none', language, count=DAYS)}</p>"
        titles = {each.id: each.title for each in copilot.store.threads()}
        threads = copilot.usage.threads(today, DAYS)
        return _table("day", [(each.day.isoformat(), each) for each in days], language) + _table(
            "thread", [(titles.get(each.thread, each.thread), each) for each in threads], language
        )


def _table(first: str, rows: Iterable[tuple[str, Used]], language: str) -> str:
    head = [text(f"usage.column.{name}", language) for name in (first, "calls", "input", "output", "cost")]
    return table(head, [[name, *cells(used)] for name, used in rows])
