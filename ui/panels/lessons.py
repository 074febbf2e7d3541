"""What the team has learnt: propose it from a campaign's holdout result or in words, decide on it, read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from html import escape
from typing import Any

import gradio as gr

from copilot.catalogue import text
from copilot.lessons.desk import LONGEST_NOTE, LessonDesk
from copilot.lessons.results import STATES, Lesson, Verdict
from copilot.lessons.wording import decision_line, grade_name, state_name, title, told, whole
from tools.errors import BadArgument
from ui.panels.panel import FIRST, PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt
from ui.tables import table
from ui.words import html, say

LATEST = 100
"""Lessons shown at once."""


class _Lessons(Section):
    def desk(self) -> LessonDesk:
        return LessonDesk(self._copilot().workspace, "page")


class Propose(_Lessons):
    """A campaign's result, a note, or both."""

    def lay_out(self) -> None:
        self.heading("lessons.propose")
        self.campaign = self._keep(
            gr.Dropdown([], label=say("lessons.campaign", FIRST), elem_id="ws-lesson-campaign"),
            lambda language: gr.Dropdown(label=say("lessons.campaign", language)),
        )
        size = {"lines": 3, "max_length": LONGEST_NOTE}
        self.note = self.textbox("lessons.note", "lessons.note_hint", **size, elem_id="ws-lesson-note")
        self.send = self.button("lessons.send", variant="primary", elem_classes="ws-go", elem_id="ws-lesson-send")
        self.said = gr.HTML(elem_id="ws-lesson-said")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        tab.select(self.campaigns, language, self.campaign, show_progress="hidden", **PRIVATE)
        given = [self.campaign, self.note, language]
        self.send.click(self.propose, given, [self.said, self.note], concurrency_limit=1, **PRIVATE)

    def campaigns(self, language: str) -> gr.Dropdown:
        """The campaigns that held customers out, the latest first."""
        data = self._copilot().workspace.data()
        found = data.campaign_tests.campaigns() if data else []
        named = [
            (say("lessons.campaign_choice", language, name=each.name, id=each.id, day=each.first_day), each.id)
            for each in found
        ]
        return gr.Dropdown(choices=[(say("lessons.no_campaign", language), ""), *named], value="")

    def propose(self, campaign: str | None, note: str, language: str) -> list[Any]:
        """What was proposed, or why not; a refused note stays to be mended."""
        lesson, refused = attempt(lambda: self._proposed(campaign or "", note, language), language)
        if lesson is None:
            return [refused, gr.skip()]
        return [f'<p class="ws-done">{escape(told(lesson, language))}</p>{_lines(whole(lesson, language))}', ""]

    def _proposed(self, campaign: str, note: str, language: str) -> Lesson:
        at = datetime.now(UTC)
        if campaign:
            return self.desk().propose_test(campaign, note=note, language=language, at=at)
        return self.desk().propose_note(note, at=at)


class Decide(_Lessons):
    """Every lesson with its state, one of them whole, and what may be decided on it."""

    def lay_out(self) -> None:
        self.heading("lessons.list")
        self.role = gr.HTML(elem_id="ws-lesson-role")
        self.state = self.dropdown("lessons.state", _states, value="", elem_id="ws-lesson-state")
        self.all = gr.HTML(elem_id="ws-lessons-all")
        self.one = self._keep(
            gr.Dropdown([], label=say("lessons.choose", FIRST), elem_id="ws-lesson-one"),
            lambda language: gr.Dropdown(label=say("lessons.choose", language)),
        )
        self.shown = gr.HTML(elem_id="ws-lesson-shown")
        with gr.Row(elem_classes="ws-controls"):
            self.remark = self.textbox("lessons.decision_note", max_length=LONGEST_NOTE, elem_id="ws-lesson-remark")
            self.until = self.textbox("lessons.until", "lessons.until_hint", elem_id="ws-lesson-until")
        with gr.Row(elem_classes="ws-controls"):
            self.approve = self.button("lessons.approve", variant="primary", elem_classes="ws-go", elem_id="ws-approve")
            self.reject = self.button("lessons.reject", elem_classes="ws-go", elem_id="ws-lesson-reject")
            self.withdraw = self.button("lessons.withdraw", elem_classes="ws-go", elem_id="ws-withdraw")
        self.said = gr.HTML(elem_id="ws-lesson-decided")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        listed = [self.role, self.all, self.one, self.shown, self.said]
        quiet = {"show_progress": "hidden", **PRIVATE}
        tab.select(self.look, [self.state, language], listed, **quiet)
        self.state.input(self.look, [self.state, language], listed, **quiet)
        self.one.input(self.open, [self.one, language], self.shown, **quiet)
        for other in self.beside:
            if isinstance(other, Propose):  # what was proposed stands in the list at once
                other.said.change(self.look, [self.state, language], listed, **quiet)
        given = [self.one, self.remark, self.until, self.state, language]
        alone = {"concurrency_limit": 1, "concurrency_id": "lessons", **PRIVATE}
        for button, verdict in ((self.approve, "approved"), (self.reject, "rejected"), (self.withdraw, "withdrawn")):
            button.click(self._deciding(verdict), given, listed, **alone)

    def look(self, state: str, language: str, said: str = "", chosen: str | None = None) -> list[Any]:
        """The role, the list, what can be chosen, the one that is chosen, and what was just done."""
        role = text(f"lesson.role.{self._copilot().workspace.settings.role}", language)
        found = self.desk().all(datetime.now(UTC), state or "")[:LATEST]
        choices = [(f"{each.id} · {title(each, language)}", each.id) for each in found]
        chosen = chosen if chosen in {each.id for each in found} else None
        head = f'<p class="ws-quiet">{html("lessons.your_role", language, role=role)}</p>'
        one = gr.Dropdown(choices=choices, value=chosen)
        return [head, _table(found, language), one, self.open(chosen, language), said]

    def open(self, id: str | None, language: str) -> str:
        """One lesson whole."""
        if not id:
            return ""
        words, refused = attempt(lambda: whole(self.desk().get(id, datetime.now(UTC)), language), language)
        return refused or _lines(words)

    def decide(
        self, verdict: Verdict, id: str | None, remark: str, until: str, state: str, language: str
    ) -> list[Any]:
        """Decide on the chosen lesson, where the role may."""
        if not id:
            return self.look(state, language, f'<p class="ws-quiet">{html("lessons.choose_first", language)}</p>')
        lesson, refused = attempt(lambda: self._decided(verdict, id, remark, until), language)
        if lesson is None:
            return self.look(state, language, refused, id)
        done = html("lessons.done", language, id=lesson.id, state=state_name(lesson, language))
        return self.look(state, language, f'<p class="ws-done">{done}</p>', id)

    def _deciding(self, verdict: Verdict) -> Callable[..., list[Any]]:
        return lambda *given: self.decide(verdict, *given)

    def _decided(self, verdict: Verdict, id: str, remark: str, until: str) -> Lesson:
        at, day = datetime.now(UTC), _day(until) if verdict == "approved" else None
        return self.desk().decide(id, verdict, at=at, note=remark, valid_until=day)


def _table(found: list[Lesson], language: str) -> str:
    if not found:
        return f'<p class="ws-quiet">{escape(text("lesson.none", language))}</p>'
    head = [say("lessons.state", language), *(
        say(f"lessons.column.{name}", language) for name in ("id", "title", "evidence", "by", "day", "decided")
    )]  # fmt: skip
    rows = [
        [state_name(each, language), each.id, title(each, language), grade_name(each, language),
         each.proposed.by.name, each.proposed.day.isoformat(),
         decision_line(each.history[-1], language) if len(each.history) > 1 else ""]
        for each in found
    ]  # fmt: skip
    return table(head, rows, words=len(head))


def _states(language: str) -> list[tuple[str, str]]:
    named = [(text(f"lesson.state.{state}", language), state) for state in STATES]
    return [(say("lessons.every", language), ""), *named]


def _day(given: str) -> date | None:
    """Raises BadArgument for what is no day."""
    try:
        return date.fromisoformat(given.strip()) if given.strip() else None
    except ValueError as error:
        raise BadArgument("lesson_day", given=given) from error


def _lines(words: str) -> str:
    return f'<div class="ws-lines">{escape(words)}</div>'
