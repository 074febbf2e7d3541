"""One turn as it is shown: events go in, chat messages come out; a saved turn looks the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from html import escape

import gradio as gr

from copilot.answer import (
    Answer,
    Citation,
    CitationFound,
    Done,
    DraftsReady,
    Event,
    EvidenceFound,
    Failed,
    Notice,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from copilot.language import language_of
from copilot.session import tool_title
from copilot.settings import PLANNER
from copilot.store import Turn
from tools.results import Draft
from ui import citations, drafts, render
from ui.charts import chart
from ui.parts import chart_part, html_part
from ui.prose import prose
from ui.words import html, say


@dataclass
class Step:
    """One tool call."""

    id: str
    title: str
    arguments: dict
    ok: bool | None = None
    """None while it runs."""
    summary: str = ""
    seconds: float = 0.0


@dataclass
class Shown:
    """Everything of a turn that the page shows."""

    question: str
    language: str
    currency: str
    steps: dict[str, Step] = field(default_factory=dict)
    words: str = ""
    cards: list[list] = field(default_factory=list)
    """Built once each: a chart is dear to draw and the turn is sent many times."""
    citations: list[Citation] = field(default_factory=list)
    drafts: list[list[Draft]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    failure: str = ""
    answer: Answer | None = None

    @classmethod
    def asking(cls, question: str, *, currency: str) -> Shown:
        return cls(question=question, language=language_of(question), currency=currency)

    @classmethod
    def saved(cls, turn: Turn, *, currency: str) -> Shown:
        """Rebuild a turn from the store."""
        shown = cls.asking(turn.question, currency=currency)
        if turn.answer:
            shown._finish(turn.answer)
            shown.cards = [_card(item, shown.language, currency) for item in turn.answer.evidence]
            shown.drafts = _batches(turn.answer.drafts)
        else:
            shown.failure = say(
                "thread.interrupted" if turn.state == "interrupted" else "thread.failed", shown.language
            )
        return shown

    def take(self, event: Event) -> None:
        """Add what one event brings."""
        match event:
            case TextDelta():
                self.words += event.text
            case ToolStarted():
                self.words = ""  # words before a tool call are not the answer
                self.steps[event.id] = Step(event.id, event.title, event.arguments)
            case ToolFinished():
                self.steps[event.id] = replace(
                    self.steps[event.id], ok=event.ok, summary=event.summary, seconds=event.seconds
                )
            case EvidenceFound():
                self.cards.append(_card(event.evidence, self.language, self.currency))
            case CitationFound():
                if event.citation.id not in {known.id for known in self.citations}:
                    self.citations.append(event.citation)
            case DraftsReady():
                self.drafts.append(event.drafts)
            case Notice():
                self.words = "" if event.restart else self.words
                self.notices.append(event.message)
            case Done():
                self._finish(event.answer)
            case Failed():
                self.words, self.failure = event.partial, event.message

    def halt(self) -> None:
        """The reader stopped it: what has come stays, nothing more will."""
        if not self.over:
            self.failure = say("chat.stopped", self.language)

    def _finish(self, answer: Answer) -> None:
        self.answer, self.words, self.language = answer, answer.text, answer.language
        self.citations = answer.citations
        self.notices = [warning.message for warning in answer.warnings]
        for call in answer.tool_calls:
            title = tool_title(call.name, answer.language)
            self.steps[call.id] = Step(call.id, title, call.arguments, call.ok, call.summary, call.seconds)

    @property
    def over(self) -> bool:
        return bool(self.answer or self.failure)

    def messages(self) -> list[gr.ChatMessage]:
        """The turn as chat messages: question, steps, answer, cards, drafts, sources, remarks."""
        found = [
            gr.ChatMessage(role="user", content=html_part(f'<div class="ws-question">{escape(self.question)}</div>'))
        ]
        found += [_step(step, self.language) for step in self.steps.values()]
        found.append(gr.ChatMessage(content=html_part(self._text())))
        found += [gr.ChatMessage(content=card) for card in self.cards]
        found += [gr.ChatMessage(content=html_part(drafts.cards(batch, self.language))) for batch in self.drafts]
        if self.citations and self.over:
            found.append(gr.ChatMessage(content=html_part(citations.sources(self.citations, self.language))))
        if remarks := self._remarks():
            found.append(gr.ChatMessage(content=html_part(remarks)))
        if self.over:
            found.append(gr.ChatMessage(content=html_part(self._byline()), options=self._options()))
        return found

    def _text(self) -> str:
        if not self.words:
            return "" if self.over else f'<div class="ws-working">{html("chat.working", self.language)}</div>'
        words = drafts.without(self.words, [draft for batch in self.drafts for draft in batch])
        return f'<div class="ws-prose ws-answer">{prose(words, self.citations, self.language)}</div>'

    def _remarks(self) -> str:
        parts = "".join(f"<p>{escape(notice)}</p>" for notice in self.notices)
        notices = (
            f'<div class="ws-notice"><strong>{html("notice.warnings", self.language)}</strong>{parts}</div>'
            if parts
            else ""
        )
        if not self.failure:
            return notices
        head = html("notice.failed", self.language)
        return (
            f'{notices}<div class="ws-failure" role="alert"><strong>{head}</strong><p>{escape(self.failure)}</p></div>'
        )

    def _byline(self) -> str:
        if not self.answer:
            return ""
        model = say("header.planner", self.language) if self.answer.model == PLANNER else self.answer.model
        took = sum(step.seconds for step in self.steps.values())
        parts = [html("chat.by", self.language, model=model)]
        if self.steps:
            parts.append(html("chat.took", self.language, seconds=f"{took:.1f}"))
        copy = (
            f'<button type="button" class="ws-link" data-copy="{escape(self.words)}" '
            f'data-done="{html("chat.copied", self.language)}">{html("chat.copy_answer", self.language)}</button>'
        )
        return f'<div class="ws-byline">{"".join(f"<span>{part}</span>" for part in parts)}{copy}</div>'

    def _options(self) -> list[dict]:
        if self.failure:
            return [{"value": self.question, "label": say("chat.retry", self.language)}]
        return [{"value": suggestion} for suggestion in self.answer.suggestions]


def _batches(found: list[Draft]) -> list[list[Draft]]:
    """Drafts of one tier, channel and goal belong together."""
    batches: dict[tuple, list[Draft]] = {}
    for draft in found:
        batches.setdefault((draft.tier, draft.channel, draft.goal, draft.language), []).append(draft)
    return list(batches.values())


def _card(evidence: dict, language: str, currency: str) -> list:
    figure = chart(evidence, language, currency)
    middle = [chart_part(figure)] if figure else []
    head, foot = (part(evidence, language, currency) for part in (render.head, render.foot))
    return [html_part(head), *middle, html_part(foot)]


def _step(step: Step, language: str) -> gr.ChatMessage:
    log = say("step.refused", language) if step.ok is False else _gist(step.arguments)
    metadata = {"title": step.title, "id": step.id, "log": log, "status": "pending" if step.ok is None else "done"}
    if step.ok is not None:
        metadata["duration"] = round(step.seconds, 2)
    arguments = json.dumps(step.arguments, ensure_ascii=False, indent=2) if step.arguments else ""
    parts = [("arguments", arguments or say("step.defaults", language)), ("result", step.summary)]
    body = "".join(
        f'<div class="ws-label">{html(f"step.{name}", language)}</div><pre>{escape(words)}</pre>'
        for name, words in parts
        if words
    )
    return gr.ChatMessage(content=html_part(f'<div class="ws-step">{body}</div>'), metadata=metadata)


def _gist(arguments: dict) -> str:
    """The arguments' values in one short line."""
    line = " · ".join(_flat(value) for value in arguments.values() if value)
    return line if len(line) <= 60 else line[:59] + "…"


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_flat(item)}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
