"""One ID: link accounts, review pairs, explain a customer, count by person."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import gradio as gr

from copilot import linking
from copilot.catalogue import text
from copilot.linktext import explanation_text, why
from copilot.refusals import worded
from tools.errors import NoData
from tools.identity.results import LinkReport
from ui.panels.card import Card, nothing, shown
from ui.panels.panel import PRIVATE
from ui.panels.section import Section
from ui.refusal import attempt, refusal
from ui.words import html, say

PAIRS = 20


class OneId(Section):
    """The run in force, a new run, and the pairs that wait for a person."""

    def lay_out(self) -> None:
        self.heading("one_id.run")
        self.card = Card("links")
        self.told = gr.HTML(elem_id="ws-link-told")
        with self.accordion("one_id.thresholds"), gr.Row(elem_classes="ws-controls"):
            self.threshold, self.review = (
                self._keep(gr.Number(label=say(key, "zh"), value=value, minimum=0, maximum=1, step=0.01),
                           lambda language, key=key: gr.Number(label=say(key, language)))
                for key, value in (("one_id.threshold", 0.95), ("one_id.review_from", 0.5))
            )  # fmt: skip
        with gr.Row(elem_classes="ws-controls"):
            self.run = self.button("one_id.link", variant="primary", elem_classes="ws-go", elem_id="ws-link")
            self.undo = self.button("one_id.undo", elem_classes="ws-go", elem_id="ws-link-undo")
        self.unit = self.radio("one_id.count", _units, value="account", elem_id="ws-count-by")
        self.heading("one_id.review")
        self.pairs = gr.CheckboxGroup([], show_label=True, elem_id="ws-pairs", elem_classes="ws-pairs")
        with gr.Row(elem_classes="ws-controls"):
            self.accept = self.button("one_id.accept", elem_classes="ws-go", elem_id="ws-accept")
            self.reject = self.button("one_id.reject", elem_classes="ws-go", elem_id="ws-reject")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        out = [*self.card.outputs, self.told, self.unit, self.pairs]
        alone = {"concurrency_limit": 1, "concurrency_id": "links", **PRIVATE}
        tab.select(self.look, language, out, show_progress="hidden", **PRIVATE)
        self.run.click(self.link, [self.threshold, self.review, language], out, show_progress_on=self.told, **alone)
        self.undo.click(self.take_back, language, out, **alone)
        self.accept.click(self.say_same, [self.pairs, language], out, **alone)
        self.reject.click(self.say_other, [self.pairs, language], out, **alone)
        self.unit.input(self.count_by, [self.unit, language], [self.told, self.unit], **alone)

    def look(self, language: str, told: str = "") -> list[Any]:
        """The figures of the run in force, what was just done, the unit, and the pairs to review."""
        workspace = self._copilot().workspace
        unit = gr.Radio(value=workspace.profile.get("count_by", "account"))
        try:
            found = linking.links(workspace).overview()
        except NoData as error:
            none = gr.CheckboxGroup(choices=[], value=[], label=say("one_id.no_pairs", language))
            return [*nothing(), told or _why_none(error, language), unit, none]
        return [*shown(lambda: found, language, workspace.currency), told, unit, self._waiting(language)]

    def link(self, threshold: float, review: float, language: str, progress=gr.Progress()) -> list[Any]:  # noqa: ANN001
        """Link anew."""
        def report(stage: str, share: float) -> None:
            progress(share, desc=say("one_id.linking", language))

        workspace = self._copilot().workspace
        return self._done(
            lambda: linking.link(workspace, threshold=threshold, review=review, progress=report), language
        )

    def say_same(self, ids: list[str], language: str) -> list[Any]:
        return self._done(lambda: linking.decide(self._copilot().workspace, accept=ids), language)

    def say_other(self, ids: list[str], language: str) -> list[Any]:
        return self._done(lambda: linking.decide(self._copilot().workspace, reject=ids), language)

    def take_back(self, language: str) -> list[Any]:
        """Take back the last run or decision."""
        undone, refused = attempt(lambda: (linking.undo(self._copilot().workspace),), language)
        if undone is None:
            return self.look(language, refused)
        (run,) = undone
        words = text("link.undone", language, run=run) if run else text("link.undone_all", language)
        return self.look(language, _lines(words))

    def count_by(self, unit: str, language: str) -> list[Any]:
        """Count customers by account or person from now on; refused where nothing is linked."""
        workspace = self._copilot().workspace

        def switch() -> str:
            workspace.data(unit)
            workspace.count_by(unit)
            return say("one_id.counting", language, unit=text(f"link.unit.{unit}", language))

        words, refused = attempt(switch, language)
        return [refused or _lines(words), gr.Radio(value=workspace.profile.get("count_by", "account"))]

    def _done(self, act: Callable[[], LinkReport], language: str) -> list[Any]:
        report, refused = attempt(act, language)
        return self.look(language, refused if report is None else _told(report, language))

    def _waiting(self, language: str) -> gr.CheckboxGroup:
        found = linking.links(self._copilot().workspace).to_review(PAIRS)
        choices = [
            (say("one_id.pair", language, one=link.one, other=link.other, why=why(link, language)), link.link_id)
            for link in found.links
        ]
        label = say("one_id.pairs", language, total=f"{found.to_review:,}", shown=len(choices))
        return gr.CheckboxGroup(
            choices=choices, value=[], label=label if choices else say("one_id.no_pairs", language)
        )


class Person(Section):
    """Why a customer's accounts are one person."""

    def lay_out(self) -> None:
        self.heading("one_id.explain")
        with gr.Row(elem_classes="ws-controls"):
            self.customer = self.textbox("explore.customer", elem_id="ws-person-id")
            self.go = self.button("explore.explain", elem_classes="ws-go", elem_id="ws-person-go")
        self.told = gr.HTML(elem_id="ws-person")

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        for event in (self.go.click, self.customer.submit):
            event(self.explain, [self.customer, language], self.told, **PRIVATE)

    def explain(self, customer: str, language: str) -> str:
        """Accounts, links and doubts."""
        if not customer.strip():
            return f'<p class="ws-quiet">{html("explore.customer_first", language)}</p>'
        found, refused = attempt(lambda: linking.links(self._copilot().workspace).explain(customer.strip()), language)
        return refused if found is None else _lines(explanation_text(found, language))


def _why_none(error: NoData, language: str) -> str:
    """Calm where nothing was linked yet, a refusal where there is nothing to link."""
    if error.code == "not_linked":
        return f'<p class="ws-quiet">{html("one_id.none", language)}</p>'
    return refusal(worded(error, language), language)


def _told(report: LinkReport, language: str) -> str:
    """What was done, and how it agrees with what is known, where anything is."""
    words = say("one_id.done", language, run=report.run)
    if report.agreement:
        pairs = report.agreement.pairs
        figures = {"precision": f"{pairs.precision:.3f}", "recall": f"{pairs.recall:.3f}"}
        words += say("one_id.agrees", language, known=f"{report.agreement.true_pairs:,}", **figures)
    return _lines(words)


def _units(language: str) -> list[tuple[str, str]]:
    return [(text(f"link.unit.{unit}", language), unit) for unit in ("account", "person")]


def _lines(words: str) -> str:
    return f'<div class="ws-lines">{escape(words)}</div>'
