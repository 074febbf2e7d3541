"""The campaigns tab as it is laid out: sentence, brief, texts, review, files."""

from __future__ import annotations

import gradio as gr

from copilot.campaigns.brief import Exit
from copilot.campaigns.results import STATES
from copilot.campaigns.wording import channel_name
from copilot.campaigns.words import LONGEST
from copilot.catalogue import text
from tools.drafting import CHANNELS
from tools.exporting.senders import GENERIC
from ui.panels.panel import FIRST
from ui.panels.section import Section
from ui.words import say

FOLLOW = "ws-follow"
"""Class of the buttons that page.js presses when somebody did something while the tab was looked at. They are there
for it alone: a timer of Gradio's would ask as long as the page is open, whatever tab is looked at."""
EXITS: tuple[Exit, ...] = ("ordered", "clicked", "ended")


class CampaignLayout(Section):
    """The components of one campaign; what they do stands in `Campaigns`."""

    def lay_out(self) -> None:
        self.heading("campaigns.new")
        size = {"lines": 2, "max_length": LONGEST}
        self.sentence = self.textbox("campaigns.sentence", "campaigns.sentence_hint", **size, elem_id="ws-camp-words")
        self.make = self.button("campaigns.make", variant="primary", elem_classes="ws-go", elem_id="ws-camp-make")
        self.heading("campaigns.one")
        self.role = gr.HTML(elem_id="ws-camp-role")
        with gr.Row(elem_classes="ws-controls"):
            self.state = self.dropdown("campaigns.state", _states, value="", elem_id="ws-camp-state")
            self.one = self._keep(
                gr.Dropdown([], label=say("campaigns.choose", FIRST), elem_id="ws-camp-one"),
                lambda language: gr.Dropdown(label=say("campaigns.choose", language)),
            )
        self.version = gr.State(0)
        self.follow = gr.Button(visible="hidden", elem_classes=FOLLOW)
        self.said = gr.HTML(elem_id="ws-camp-said")
        self.brief = gr.HTML(elem_id="ws-camp-brief")
        self._lay_out_fields()
        self.checked = gr.HTML(elem_id="ws-camp-check")
        self.texts = gr.HTML(elem_id="ws-camp-texts")
        self._lay_out_wording()
        self._lay_out_review()
        self._lay_out_export()
        self.history = gr.HTML(elem_id="ws-camp-history")

    def _lay_out_fields(self) -> None:
        with self.accordion("campaigns.fields", elem_id="ws-camp-fields"):
            with gr.Row(elem_classes="ws-controls"):
                self.offer = self.textbox("campaigns.offer", "campaigns.offer_hint", elem_id="ws-camp-offer")
                self.start = self.textbox("campaigns.start", "campaigns.day_hint", elem_id="ws-camp-start")
                self.end = self.textbox("campaigns.end", "campaigns.day_hint", elem_id="ws-camp-end")
                self.exit = self.dropdown("campaigns.exit", _exits, value="", elem_id="ws-camp-exit")
            with gr.Row(elem_classes="ws-controls"):
                self.channels = self.dropdown("campaigns.channels", _channels, multiselect=True, elem_id="ws-camp-chan")
                self.every = self.dropdown("campaigns.each", _each, value="first", elem_id="ws-camp-each")
                self.link = self.textbox("campaigns.link", elem_id="ws-camp-link")
                self.holdout = self.textbox("campaigns.holdout", elem_id="ws-camp-holdout")
            with gr.Row(elem_classes="ws-controls"):
                self.must = self.textbox("campaigns.must_say", "campaigns.list_hint", elem_id="ws-camp-must")
                self.must_not = self.textbox("campaigns.must_not_say", "campaigns.list_hint", elem_id="ws-camp-mustnot")
                self.exclusions = self.textbox("campaigns.exclusions", "campaigns.list_hint", elem_id="ws-camp-excl")
                self.voice = self.textbox("campaigns.voice", "campaigns.voice_hint", elem_id="ws-camp-voice")
            self.save = self.button("campaigns.save", elem_classes="ws-go", elem_id="ws-camp-save")

    @property
    def form(self) -> list[gr.components.Component]:
        """The brief's fields, in the order of `ui.campaigns.fields`."""
        return [self.offer, self.start, self.end, self.exit, self.channels, self.every, self.link, self.holdout,
                self.must, self.must_not, self.exclusions, self.voice]  # fmt: skip

    @property
    def steps(self) -> list[gr.Button]:
        """The buttons that take a campaign on."""
        return [self.submit, self.approve, self.export, self.measure, self.back]

    def _lay_out_wording(self) -> None:
        self.channel = self._keep(
            gr.Radio([], label=say("campaigns.channel", FIRST), elem_id="ws-camp-channel"),
            lambda language: gr.Radio(label=say("campaigns.channel", language)),
        )
        self.wish = self.textbox("campaigns.wish", "campaigns.wish_hint", max_length=500, elem_id="ws-camp-wish")
        with gr.Row(elem_classes="ws-controls"):
            self.revise = self.button("campaigns.revise", elem_classes="ws-go", elem_id="ws-camp-revise")
            self.another = self.button("campaigns.another", elem_classes="ws-go", elem_id="ws-camp-another")
        with self.accordion("campaigns.wording", elem_id="ws-camp-wording"):
            self.title = self.textbox("campaigns.title", elem_id="ws-camp-title")
            self.body = self.textbox("campaigns.body", lines=4, max_length=5000, elem_id="ws-camp-body")
            self.word = self.button("campaigns.word", elem_classes="ws-go", elem_id="ws-camp-word")

    def _lay_out_review(self) -> None:
        self.note = self.textbox("campaigns.note", "campaigns.note_hint", max_length=LONGEST, elem_id="ws-camp-note")
        with gr.Row(elem_classes="ws-controls"):
            go = {"elem_classes": "ws-go"}
            self.submit = self.button("campaigns.submit", **go, elem_id="ws-camp-submit")
            self.approve = self.button("campaigns.approve", **go, elem_id="ws-camp-approve")
            self.back = self.button("campaigns.return", **go, elem_id="ws-camp-return")
            self.comment = self.button("campaigns.comment", **go, elem_id="ws-camp-comment")
        self.result = gr.HTML(elem_id="ws-camp-result")

    def _lay_out_export(self) -> None:
        with gr.Row(elem_classes="ws-controls"):
            self.sender = self._keep(
                gr.Dropdown([GENERIC], value=GENERIC, label=say("campaigns.sender", FIRST), elem_id="ws-camp-sender"),
                lambda language: gr.Dropdown(label=say("campaigns.sender", language)),
            )
            self.kind = self.dropdown("campaigns.kind", _kinds, value="csv", elem_id="ws-camp-kind")
            self.sent_as = self.textbox("campaigns.sent_as", "campaigns.sent_as_hint", elem_id="ws-camp-sent-as")
        with gr.Row(elem_classes="ws-controls"):
            self.export = self.button("campaigns.export", elem_classes="ws-go", elem_id="ws-camp-export")
            self.measure = self.button("campaigns.measure", elem_classes="ws-go", elem_id="ws-camp-measure")
        self.files = self.file(
            "campaigns.files", file_count="multiple", interactive=False, visible=False, elem_id="ws-camp-files"
        )
        self.folder = gr.State("")


def _kinds(language: str) -> list[tuple[str, str]]:
    return [("CSV", "csv"), ("XLSX", "xlsx")]


def _states(language: str) -> list[tuple[str, str]]:
    named = [(text(f"campaign.state.{state}", language), state) for state in STATES]
    return [(say("campaigns.every", language), ""), *named]


def _exits(language: str) -> list[tuple[str, str]]:
    named = [(text(f"campaign.exit.{code}", language), code) for code in EXITS]
    return [(say("campaigns.undecided", language), ""), *named]


def _channels(language: str) -> list[tuple[str, str]]:
    return [(channel_name(code, language), code) for code in CHANNELS]


def _each(language: str) -> list[tuple[str, str]]:
    return [(say(f"campaigns.each_{code}", language), code) for code in ("first", "every")]
