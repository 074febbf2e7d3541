"""The diagnosis on the page: questions as short forms, the result with its sources and figures, kept and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from copilot.catalogue import localise, text
from copilot.diagnosis import document
from copilot.diagnosis.cards import cards
from copilot.diagnosis.desk import TOPICS, USUAL
from copilot.diagnosis.events import day_of
from copilot.diagnosis.results import Comparison, Diagnosis
from copilot.diagnosis.rules import rules
from copilot.diagnosis.shop import DiagnosisShop
from copilot.diagnosis.text import diagnosis_text, summary
from copilot.diagnosis.wording import reading_of
from copilot.formatting import priced
from copilot.toolbox.knowledge import cite
from ui.citations import sources
from ui.panels.panel import FIRST, PRIVATE
from ui.panels.section import Section
from ui.prose import prose
from ui.refusal import attempt, refusal
from ui.render import foot, head
from ui.tables import fold
from ui.words import say

ABOUT = ("industry", "challenge", "market_growth", "relative_share", "market_size", "category_penetration",
         "interaction_frequency")  # fmt: skip
FORMATS = ("md", "html")


class Diagnose(Section):
    """Ask, answer, look, keep, reopen, compare, print."""

    def lay_out(self) -> None:
        self.current, self.compared = gr.State(None), gr.State(None)
        self.heading("diagnosis.ask")
        self.about = self.textbox("diagnosis.about", "diagnosis.about_hint", lines=2, max_lines=6,
                                  elem_id="ws-about")  # fmt: skip
        self.topic = self.radio("diagnosis.topic", _topics, value="all", elem_id="ws-topic")
        with self.accordion("diagnosis.market", elem_id="ws-market"):
            self.answers = {key: self._question(key) for key in ABOUT}
        with self.accordion("diagnosis.maturity", elem_id="ws-maturity"):
            self.answers |= {key: self._question(key) for key in rules().asked("maturity")}
        with gr.Row(elem_classes="ws-controls"):
            self.event = self.textbox("diagnosis.event", "diagnosis.event_hint", max_length=80, elem_id="ws-event")
            self.on = self.textbox("diagnosis.on", "diagnosis.on_hint", max_length=10)
        self.go = self.button("diagnosis.go", variant="primary", elem_classes="ws-go", elem_id="ws-diagnose")
        self.result = gr.HTML(elem_id="ws-diagnosis-result")
        self._lay_out_keeping()

    def _lay_out_keeping(self) -> None:
        self.heading("diagnosis.keep")
        with gr.Row(elem_classes="ws-controls"):
            self.name_box = self.textbox("diagnosis.name", max_length=80, elem_id="ws-diagnosis-name")
            self.save = self.button("diagnosis.save", elem_classes="ws-go", elem_id="ws-diagnosis-save")
        with gr.Row(elem_classes="ws-controls"):
            self.past = self.dropdown("diagnosis.past", value=None, elem_id="ws-diagnosis-past")
            self.open = self.button("diagnosis.open", elem_classes="ws-go", elem_id="ws-diagnosis-open")
            self.again = self.button("diagnosis.again", elem_classes="ws-go", elem_id="ws-diagnosis-again")
        with gr.Row(elem_classes="ws-controls"):
            self.format = gr.Radio([(f".{each}", each) for each in FORMATS], value="html", show_label=False)
            self.export = self.button("diagnosis.export", elem_classes="ws-go", elem_id="ws-diagnosis-export")
        self.told = gr.HTML(elem_id="ws-diagnosis-told")
        self.file_box = self.file("diagnosis.file", interactive=False, visible=False, elem_id="ws-diagnosis-file")

    def _question(self, key: str) -> gr.Dropdown:
        """A question with its options; one with a unit takes a number too."""
        number = rules().questions[key].numeric

        def labels(language: str) -> dict[str, Any]:
            info = say("diagnosis.or_number", language) if number else None
            label = text(f"diagnosis.question.{key}", language)
            return {"label": label, "choices": _options(key, language), "info": info}

        made = gr.Dropdown(**labels(FIRST), value="", allow_custom_value=number, elem_id=f"ws-answer-{key}")
        return self._keep(made, lambda language: gr.Dropdown(**labels(language)))

    def wire(self, language: gr.Radio, bar: gr.HTML, tab: gr.Tab) -> None:
        asked = [self.about, self.topic, self.event, self.on, language, *self.answers.values()]
        shown = [self.current, self.compared, self.result, *self.answers.values()]
        quiet = {"show_progress": "hidden", **PRIVATE}
        tab.select(self.list_saved, [language, self.past], self.past, **quiet)
        self.go.click(self.make, asked, shown, show_progress_on=self.go, **PRIVATE)
        self.save.click(self.keep, [self.name_box, self.current, language], self.told, **PRIVATE).then(
            lambda language: self.list_saved(language, None), language, self.past, **quiet  # the newest is chosen
        )
        self.open.click(self.reopen, [self.past, language], [*shown, self.about], **PRIVATE)
        again = [self.past, self.event, self.on, language, *self.answers.values()]
        self.again.click(self.make_again, again, shown, show_progress_on=self.again, **PRIVATE)
        self.export.click(
            self.write, [self.format, self.current, self.compared, language], [self.told, self.file_box], **PRIVATE
        )

    def make(self, about: str, topic: str, event: str, on: str, language: str, *answers: str) -> list[Any]:
        """Diagnose with what is answered in the forms."""
        shop = self._shop()
        topics = USUAL if topic == "all" else (topic,)

        def made() -> Diagnosis:
            day = self._day(on)
            return shop.desk.diagnose(topics, self._given(answers), about, event=event.strip(), on=day)

        found, refused = attempt(made, language)
        return self._shown(found, None, refused, language)

    def make_again(self, which: str | None, event: str, on: str, language: str, *answers: str) -> list[Any]:
        """A kept one made anew with the answers in the forms, and what moved."""
        if not which:
            return self._shown(None, None, refusal(say("diagnosis.choose", language), language), language)
        shop = self._shop()
        compared, refused = attempt(
            lambda: shop.again(which, self._given(answers), event=event.strip(), on=self._day(on)), language
        )
        return self._shown(compared.after if compared else None, compared, refused, language)

    def reopen(self, which: str | None, language: str) -> list[Any]:
        """A kept one as it was made; its answers stand in the forms again."""
        if not which:
            return [*self._shown(None, None, refusal(say("diagnosis.choose", language), language), language), gr.skip()]
        kept, refused = attempt(lambda: self._shop().store.get(which), language)
        found = kept.diagnosis if kept else None
        return [*self._shown(found, None, refused, language), found.description if found else gr.skip()]

    def keep(self, name: str, current: Diagnosis | None, language: str) -> str:
        """Save what is shown under a name."""
        if current is None:
            return refusal(say("diagnosis.nothing", language), language)
        saved, refused = attempt(lambda: self._shop().to_change.save(name, current, datetime.now(UTC)), language)
        return refused if saved is None else _done(text("diagnosis.saved", language, name=saved.name, id=saved.id))

    def list_saved(self, language: str, chosen: str | None) -> gr.Dropdown:
        """The kept diagnoses to choose from, the newest first."""
        kept, _ = attempt(lambda: self._shop().store.list(), language)
        choices = [
            (f"{one.name} · {one.saved_at.date()} · {summary(one.diagnosis, language)}", one.id) for one in kept or []
        ]
        known = [id for _, id in choices]
        return gr.Dropdown(choices=choices, value=chosen if chosen in known else next(iter(known), None))

    def write(
        self, format_: str, current: Diagnosis | None, compared: Comparison | None, language: str
    ) -> list[Any]:
        """What is shown as a one-page document."""
        if current is None:
            return [refusal(say("diagnosis.nothing", language), language), gr.File(visible=False)]
        path = Path(tempfile.mkdtemp(prefix="wellspring-diagnosis-")) / f"diagnosis-{current.on}.{format_}"
        workspace = self._copilot().workspace
        with priced(workspace.currency):
            wrote, refused = attempt(
                lambda: document.export(current, path, workspace.brand(language), language, compared), language
            )
        return [refused, gr.File(value=str(wrote), visible=True) if wrote else gr.File(visible=False)]

    def _shop(self) -> DiagnosisShop:
        copilot = self._copilot()
        return DiagnosisShop(copilot.workspace, copilot.toolbox.diagnosis.desk)

    def _day(self, said: str) -> date | None:
        return day_of(said.strip(), self._copilot().workspace.today)

    def _given(self, answers: Sequence[str]) -> dict[str, str]:
        return {key: value for key, value in zip(self.answers, answers, strict=True) if value}

    def _shown(
        self, found: Diagnosis | None, compared: Comparison | None, refused: str, language: str
    ) -> list[Any]:
        """Values for the state, the result and the forms, which also take what the description answered."""
        if found is None:
            return [None, None, refused, *(gr.skip() for _ in self.answers)]
        forms = [found.answers.get(key, "") for key in self.answers]
        return [found, compared, page_of(found, compared, language, self.currency()), *forms]


def page_of(found: Diagnosis, compared: Comparison | None, language: str, currency: str) -> str:
    """A diagnosis as HTML: its words, its sources to open, its figures folded."""
    citations = [cite(cards().card(id, language)) for id in found.cards]
    with priced(currency):
        words = diagnosis_text(found, language)
        moved = f"{document.comparison_text(compared, language)}\n\n" if compared else ""
    figures = "".join(_figure(one, language, currency) for one in found.figures.values())
    folded = fold(say("diagnosis.figures", language, n=len(found.figures)), figures) if figures else ""
    return (
        f'<div class="ws-prose ws-answer">{prose(moved + words, citations, language)}</div>'
        f"{sources(citations, language)}{folded}"
    )


def _figure(result, language: str, currency: str) -> str:  # noqa: ANN001
    evidence = localise(result.model_dump(mode="json"), language)
    return head(evidence, language, currency) + foot(evidence, language, currency)


def _topics(language: str) -> list[tuple[str, str]]:
    return [(say("diagnosis.all", language), "all"),
            *((say(f"diagnosis.topics.{name}", language), name) for name in TOPICS)]  # fmt: skip


def _options(key: str, language: str) -> list[tuple[str, str]]:
    """Not answered, the options, not known."""
    codes = list(rules().industries) if key == "industry" else rules().questions[key].options
    named = [(reading_of(key, code, language), code) for code in [*codes, "unknown"]]
    return [(say("diagnosis.unanswered", language), ""), *named]


def _done(words: str) -> str:
    return f'<p class="ws-done">{words}</p>'
