"""What the loaded data is worth: its health, what was loaded, and the rows that were set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from copilot.quarantinetext import shown_to
from tools.quarantine import Quarantine, loads, quarantined
from ui.panels.card import Card, shown
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.tables import table
from ui.words import html, named, say

PAGE = 20


class Health(Section):
    """The findings on the loaded data, checked anew whenever the tab is opened or a file was loaded."""

    def lay_out(self) -> None:
        self.heading("health")
        self.card = Card("health")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        for event in (tab.select, language.input):
            self.reread(event, language)

    def reread(self, event: Callable[..., Any], language: gr.Radio) -> None:
        event(self.check, language, self.card.outputs, show_progress="hidden", **PRIVATE)

    def check(self, language: str) -> list[Any]:
        workspace = self._copilot().workspace
        return shown(lambda: self.data().health.report(workspace.today), language, workspace.currency)


class Loads(Section):
    """The book of loads."""

    def lay_out(self) -> None:
        self.heading("book")
        self.book = gr.HTML(elem_id="ws-loads")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        for event in (tab.select, language.input):
            self.reread(event, language)

    def reread(self, event: Callable[..., Any], language: gr.Radio) -> None:
        event(self.read, language, self.book, show_progress="hidden", **PRIVATE)

    def read(self, language: str) -> str:
        found, refused = attempt(lambda: loads(self._copilot().workspace.warehouse()), language)
        if found is None:
            return refused
        head = [say(f"book.{key}", language) for key in ("at", "file")]
        head.append(say("result.data_table", language))
        head += [say(f"data.{key}", language) for key in ("read", "kept", "aside", "reason")]
        rows = [
            [
                f"{load.loaded_at:%Y-%m-%d %H:%M}", load.source, named("table", load.table, language),
                f"{load.read:,}", f"{load.kept:,}", f"{load.read - load.kept:,}",
                " · ".join(f"{named('reason', why, language)} {count:,}" for why, count in load.set_aside.items()),
            ]
            for load in reversed(found)
        ]  # fmt: skip
        return table(head, rows, words=3) if rows else f'<p class="ws-quiet">{html("book.none", language)}</p>'


class Aside(Section):
    """Rows set aside, by table and reason, a page at a time; their text stays on this machine."""

    def lay_out(self) -> None:
        self.heading("aside")
        self.place = gr.State(0)
        with gr.Row(elem_classes="ws-controls"):
            self.table = self.dropdown("aside.table", value=None, elem_id="ws-aside-table")
            self.reason = self.dropdown("aside.reason", value=None, elem_id="ws-aside-reason")
        self.rows = gr.HTML(elem_id="ws-aside")
        with gr.Row(elem_classes="ws-controls"):
            self.earlier = self.button("aside.earlier", elem_classes="ws-go")
            self.later = self.button("aside.later", elem_classes="ws-go", elem_id="ws-aside-later")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        asked = [self.table, self.reason, self.place, language]
        page, quiet = self._turned, {"show_progress": "hidden", **PRIVATE}
        for event in (tab.select, language.input):
            self.reread(event, language)
        for control in (self.table, self.reason):
            control.input(lambda *given: self.turn(*given, step=None), asked, page, **quiet)
        self.earlier.click(lambda *given: self.turn(*given, step=-PAGE), asked, page, **quiet)
        self.later.click(lambda *given: self.turn(*given, step=PAGE), asked, page, **quiet)

    def reread(self, event: Callable[..., Any], language: gr.Radio) -> None:
        event(self.begin, language, [self.table, self.reason, *self._turned], show_progress="hidden", **PRIVATE)

    @property
    def _turned(self) -> list[gr.components.Component]:
        return [self.rows, self.place, self.earlier, self.later]

    def begin(self, language: str) -> list[Any]:
        """The first page of everything, and what can be chosen."""
        found, _ = attempt(lambda: quarantined(self._copilot().workspace.warehouse(), limit=1), language)
        counts = found.counts if found else []
        every = (say("aside.all", language), "")
        choices = [
            [every, *((named(kind, value, language), value) for value in dict.fromkeys(values))]
            for kind, values in (("table", [row.table for row in counts]), ("reason", [row.reason for row in counts]))
        ]
        chosen = [gr.Dropdown(choices=each, value="") for each in choices]
        return [*chosen, *self.turn("", "", 0, language, step=None)]

    def turn(self, table_: str, reason: str, place: int, language: str, *, step: int | None) -> list[Any]:
        """One page on or back, or the first for None."""
        offset = 0 if step is None else max(place + step, 0)
        warehouse = self._copilot().workspace.warehouse
        asked = {"table": table_ or "", "reason": reason or "", "limit": PAGE, "offset": offset}
        found, refused = attempt(lambda: quarantined(warehouse(), **asked), language)
        if found is None:
            return [refused, 0, gr.Button(visible=False), gr.Button(visible=False)]
        back, on = offset > 0, found.next_offset is not None
        found = shown_to(self._copilot().workspace.settings.role, found)
        return [_page(found, language), offset, gr.Button(visible=back), gr.Button(visible=on)]


def _page(found: Quarantine, language: str) -> str:
    if not found.total:
        return f'<p class="ws-quiet">{html("aside.none", language)}</p>'
    last = found.offset + len(found.rows)
    place = html("aside.place", language, first=found.offset + 1, last=last, total=f"{found.total:,}")
    head = [say("book.file", language), say("aside.row", language), say("aside.reason", language)]
    rows = [[row.source, f"{row.row:,}", named("reason", row.reason, language), row.text] for row in found.rows]
    return f'<p class="ws-quiet">{place}</p>' + table([*head, say("aside.text", language)], rows, words=4)
