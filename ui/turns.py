"""One turn as the page knows it: events go in; a saved turn looks the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gradio.components.chatbot import ComponentMessage

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
from copilot.running import tool_title
from copilot.store import Turn
from tools.personalize import Preview
from tools.results import Draft
from ui.parts import result_card
from ui.words import say

Previewer = Callable[[Draft], list[Preview]]


@dataclass(frozen=True)
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
    preview: Previewer = lambda draft: []
    """Merges a draft for sample customers."""
    previews: dict[str, list[Preview]] = field(default_factory=dict)
    """Draft id -> the draft as customers would get it."""
    steps: dict[str, Step] = field(default_factory=dict)
    words: str = ""
    cards: list[list[ComponentMessage]] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    drafts: list[list[Draft]] = field(default_factory=list)
    """Batches: each has one tier, channel, goal and language."""
    notices: list[str] = field(default_factory=list)
    failure: str = ""
    """Why there is no answer: something went wrong."""
    stopped: str = ""
    """Why there is no answer: somebody stopped it."""
    id: str = ""
    """Finds the turn's story; "" until the turn is over."""
    answer: Answer | None = None

    @classmethod
    def asking(cls, question: str, *, currency: str, preview: Previewer = lambda draft: []) -> Shown:
        return cls(question=question, language=language_of(question), currency=currency, preview=preview)

    @classmethod
    def saved(cls, turn: Turn, *, currency: str, preview: Previewer = lambda draft: []) -> Shown:
        """Rebuild a turn from the store."""
        shown = cls.asking(turn.question, currency=currency, preview=preview)
        shown.id = turn.id
        if turn.answer:
            shown._finish(turn.answer)
            shown.cards = [result_card(item, shown.language, currency) for item in turn.answer.evidence]
            shown._add_drafts(turn.answer.drafts)
        elif turn.state == "failed":
            shown.failure = say("thread.failed", shown.language)
        else:
            shown.stopped = say("thread.interrupted", shown.language)
        return shown

    @property
    def over(self) -> bool:
        return bool(self.answer or self.failure or self.stopped)

    def take(self, event: Event) -> None:
        """Add what one event brings; a stopped turn takes nothing more."""
        if self.stopped:
            return
        match event:
            case TextDelta():
                self.words += event.text
            case ToolStarted():
                self.words = ""  # words before a tool call are not the answer
                self.steps[event.id] = Step(event.id, event.title, event.arguments)
            case ToolFinished():
                ended = {"ok": event.ok, "summary": event.summary, "seconds": event.seconds}
                self.steps[event.id] = replace(self.steps[event.id], **ended)
            case EvidenceFound():
                self.cards.append(result_card(event.evidence, self.language, self.currency))
            case CitationFound():
                if event.citation.id not in {known.id for known in self.citations}:
                    self.citations.append(event.citation)
            case DraftsReady():
                self._add_drafts(event.drafts)
            case Notice():
                self.words = "" if event.restart else self.words
                self.notices.append(event.message)
            case Done():
                self._finish(event.answer)
            case Failed():
                self.words, self.failure, self.id = event.partial, event.message, event.log_id

    def halt(self) -> None:
        """The reader stopped it: what has come stays, nothing more will."""
        if not self.over:
            self.stopped = say("chat.stopped", self.language)

    def _finish(self, answer: Answer) -> None:
        self.answer, self.words, self.language, self.id = answer, answer.text, answer.language, answer.id
        self.citations = answer.citations
        self.notices = [warning.message for warning in answer.warnings]
        for call in answer.tool_calls:
            title = tool_title(call.name, answer.language)
            self.steps[call.id] = Step(call.id, title, call.arguments, call.ok, call.summary, call.seconds)

    def _add_drafts(self, found: list[Draft]) -> None:
        self.drafts += _batches(found)
        self.previews |= {draft.id: self.preview(draft) for draft in found}


def _batches(found: list[Draft]) -> list[list[Draft]]:
    batches: dict[tuple[str, ...], list[Draft]] = {}
    for draft in found:
        batches.setdefault((draft.tier, draft.channel, draft.goal, draft.language), []).append(draft)
    return list(batches.values())
