"""The page: what stands where, and what happens on a click."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from functools import partial

import gradio as gr

from copilot.preview import preview_draft
from copilot.session import Copilot
from ui import header, threads
from ui.messages import messages
from ui.panels.approvals import Bulk
from ui.panels.books import Aside, Health, Loads
from ui.panels.brand import Brand
from ui.panels.campaigns import Campaigns
from ui.panels.check import CheckText
from ui.panels.data import Loading
from ui.panels.diagnosis import Diagnose
from ui.panels.documents import Documents
from ui.panels.identity import OneId, Person
from ui.panels.lessons import Decide, Propose
from ui.panels.next_best import NextBest
from ui.panels.panel import FIRST, PRIVATE, Panel
from ui.panels.people import People
from ui.panels.profiles import Lifecycle, Outlook, Rfm, Tiers, Why
from ui.panels.retention import Cohorts, Repurchase
from ui.panels.traces import Replay, Stories
from ui.panels.usage import Usage
from ui.runs import Run, Runs
from ui.turns import Shown
from ui.words import html, say

STARTERS = ("tiers", "trend", "why", "compare", "playbook", "framework", "drafts", "channel")
_NOTHING = [gr.skip()] * 5
"""For the outputs that `_place` fills: all stay as they are."""
BOOT = """() => [
  sessionStorage.getItem('wellspring.thread') || '',
  localStorage.getItem('wellspring.language') || (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'),
]"""
KEEP_THREAD = "(thread) => { sessionStorage.setItem('wellspring.thread', thread || ''); }"
KEEP_LANGUAGE = (
    "(language) => { localStorage.setItem('wellspring.language', language); document.documentElement.lang = language; }"
)


class Page:
    """Components and their handlers; `copilot()` gives the running copilot."""

    def __init__(self, copilot: Callable[[], Copilot]) -> None:
        self._copilot = copilot
        self._runs = Runs()
        explore = [Tiers, Rfm, Lifecycle, Cohorts, Repurchase, Outlook, Why]
        self._panels = [
            Panel("people", copilot, [People, NextBest]),
            Panel("explore", copilot, explore, tabbed=True),
            Panel("data", copilot, [Loading, Health, Loads, Aside, Usage]),
            Panel("documents", copilot, [Documents]),
            Panel("one_id", copilot, [OneId, Person]),
            Panel("diagnosis", copilot, [Diagnose]),
            Panel("campaigns", copilot, [Campaigns, Bulk, Brand]),
            Panel("check", copilot, [CheckText]),
            Panel("lessons", copilot, [Propose, Decide]),
            Panel("traces", copilot, [Stories, Replay]),
        ]

    def build(self) -> gr.Blocks:
        """Return the page, queue set."""
        with gr.Blocks(
            title=say("title", FIRST), fill_height=True, fill_width=True, delete_cache=(3600, 3600)
        ) as blocks:
            self._lay_out()
            self._wire(blocks)
        return blocks.queue(max_size=64, default_concurrency_limit=8)

    def _lay_out(self) -> None:
        self.thread = gr.Textbox(visible=False)
        self.shown = gr.State([])
        with gr.Row(elem_id="ws-header"):
            self.bar = gr.HTML(elem_id="ws-bar")
            self.language = gr.Radio(
                [("中文", "zh"), ("EN", "en")], value=FIRST, show_label=False, container=False, elem_id="ws-language"
            )
        with gr.Sidebar(elem_id="ws-side", width=264):
            self.new = gr.Button(say("thread.new", FIRST), variant="primary", elem_id="ws-new")
            self.past = gr.Radio([], label=say("thread.past", FIRST), elem_id="ws-threads")
        with gr.Tabs(elem_id="ws-tabs", overflow_behavior="wrap"):
            with gr.Tab(say("nav.chat", FIRST), id="chat") as self.chat_tab:
                self._lay_out_chat()
            for panel in self._panels:
                panel.build()
        gr.HTML('<dialog id="ws-panel"><div></div></dialog>', elem_id="ws-panel-host")

    def _lay_out_chat(self) -> None:
        self.chatbot = gr.Chatbot(
            show_label=False,
            layout="panel",
            height="auto",
            latex_delimiters=[],
            buttons=[],
            elem_id="ws-chat",
            allow_tags=False,
            feedback_options=None,
            autoscroll=False,
            examples=_starters(FIRST),
            placeholder=_welcome(FIRST),
        )
        self.box = gr.Textbox(
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            max_length=4000,
            autofocus=True,
            placeholder=say("chat.ask", FIRST),
            submit_btn=True,
            elem_id="ws-ask",
        )

    def _wire(self, blocks: gr.Blocks) -> None:
        words = [
            self.bar, self.new, self.past, self.chat_tab, self.chatbot, self.box,
            *(component for panel in self._panels for component in panel.words()),
        ]  # fmt: skip
        place = [self.box, self.thread, self.shown, self.chatbot, self.past]
        blocks.load(
            self.open, [self.thread, self.language], [self.language, *place], js=BOOT, show_progress="hidden", **PRIVATE
        ).then(self.relabel, self.language, words, show_progress="hidden", **PRIVATE).then(
            self.weigh, self.language, self.bar, show_progress="hidden", **PRIVATE
        )
        self.language.input(self.relabel, self.language, words, show_progress="hidden", **PRIVATE).then(
            self.weigh, self.language, self.bar, show_progress="hidden", **PRIVATE
        )
        self.language.change(None, self.language, None, js=KEEP_LANGUAGE, **PRIVATE)
        self.thread.change(None, self.thread, None, js=KEEP_THREAD, **PRIVATE)
        asked = gr.on(
            [self.box.submit, self.chatbot.option_select, self.chatbot.example_select],
            self.ask, [self.box, self.thread, self.shown], place,
            show_progress="hidden", concurrency_limit=8, **PRIVATE,
        )  # fmt: skip
        asked.failure(_idle, None, self.box, **PRIVATE)
        self.box.stop(self.halt, None, None, show_progress="hidden", **PRIVATE)
        self.new.click(self.begin, None, place, show_progress="hidden", **PRIVATE)
        self.past.input(self.reopen, self.past, place, show_progress="hidden", **PRIVATE)
        for panel in self._panels:
            panel.wire(self.language, self.bar)

    # Handlers; each returns values for the outputs named beside it in `_wire`.

    def relabel(self, language: str) -> list:
        copilot = self._copilot()
        return [
            header.bar(copilot, language),
            gr.Button(say("thread.new", language)),
            gr.Radio(label=say("thread.past", language)),
            gr.Tab(say("nav.chat", language)),
            gr.Chatbot(examples=_starters(language), placeholder=_welcome(language)),
            gr.Textbox(placeholder=say("chat.ask", language)),
            *(update for panel in self._panels for update in panel.relabel(language)),
        ]

    def weigh(self, language: str) -> str:
        """The header with the data's health, which the page does not wait for."""
        return header.bar(self._copilot(), language, weighed=True)

    def open(self, thread: str, language: str) -> list:
        return [language, *self._turns_of(thread)]

    async def begin(self, request: gr.Request) -> list:
        await self._runs.leave(request.session_hash)
        return self._place("", [])

    async def reopen(self, thread: str, request: gr.Request) -> list:
        await self._runs.leave(request.session_hash)
        return self._turns_of(thread)

    async def halt(self, request: gr.Request) -> None:
        await self._runs.stop(request.session_hash)

    async def ask(
        self, question: str, thread: str, shown: list[Shown], event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[list]:
        question = _asked(event) or question.strip()
        if not question:
            yield _NOTHING
            return
        thread, past = thread or uuid.uuid4().hex, _messages(shown)
        box = gr.Textbox(value="", submit_btn=False, stop_btn=True)
        with self._runs.start(request.session_hash, Run(self._copilot(), question, thread)) as run:
            async for turn in run.updates():
                yield [box, thread, [*shown, turn], [*past, *messages(turn)], gr.skip()]
                box = gr.skip()  # the next question may be typed meanwhile
            yield _NOTHING if run.abandoned else self._place(thread, [*shown, run.shown])

    def _turns_of(self, thread: str) -> list:
        copilot = self._copilot()
        workspace = copilot.workspace
        preview = partial(preview_draft, workspace)
        if not copilot.store.may_see(thread):  # the tab was somebody else's before
            thread = ""
        shown = threads.reopen(copilot.store, thread, currency=workspace.currency, preview=preview)
        return self._place(thread, shown)

    def _place(self, thread: str, shown: list[Shown]) -> list:
        """Values for the question box, thread, turns, chat and the list of conversations."""
        listed = threads.choices(self._copilot().store)
        chosen = thread if thread in {id for _, id in listed} else None
        return [_idle(), thread, shown, _messages(shown), gr.Radio(choices=listed, value=chosen)]


def _idle() -> gr.Textbox:
    """The question box with nothing running; what is typed in it stays."""
    return gr.Textbox(submit_btn=True, stop_btn=False)


def _messages(shown: list[Shown]) -> list[gr.ChatMessage]:
    return [message for turn in shown for message in messages(turn)]


def _asked(event: gr.EventData) -> str:
    """The question on the starter or follow-up that was clicked; "" when it was typed."""
    value = (event._data or {}).get("value") if isinstance(event._data, dict) else None
    return value["text"] if isinstance(value, dict) else value or ""


def _starters(language: str) -> list[dict]:
    return [{"text": say(f"starter.{name}", language)} for name in STARTERS]


def _welcome(language: str) -> str:
    more = html("chat.welcome_more", language)
    return f'<div class="ws-welcome"><h2>{html("chat.welcome", language)}</h2><p>{more}</p></div>'
