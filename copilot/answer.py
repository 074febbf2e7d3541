"""What one question gives back: the answer, and the events on the way to it.

The page, the API and the command line all consume the one typed union `Event`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from knowledge.results import Flag, PageKind
from tools.results import Draft

Language = Literal["zh", "en"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Citation(Frozen):
    """A passage of the knowledge base that the answer leans on."""

    id: str
    """Passage id; `GET /api/v1/knowledge/passages/{id}` opens it."""
    title: str
    source: str
    quote: str
    whole: bool = False
    """Whether the quote is the whole card, of which the id names the passage that was found."""
    score: float = 0.0
    evidence_grade: str = ""
    """How strong the source is: controlled test, company report, consultant's claim, own."""
    heading: str = ""
    """Heading path inside the document."""
    page: str = ""
    page_kind: PageKind = ""
    valid_until: date | None = None
    expired: bool = False
    """Whether the document's last day was over when it was cited."""
    flags: list[Flag] = []
    """Words of the passage that try to instruct a model."""


class ToolCall(Frozen):
    id: str
    name: str
    arguments: dict
    ok: bool
    summary: str = ""
    seconds: float = 0.0


class Caution(Frozen):
    """Something the reader should know: an unmatched figure, a fallback, a cut answer."""

    code: str
    message: str


class Usage(Frozen):
    """Calls of a language model and what they used."""

    calls: int = 0
    unmetered: int = 0
    """Calls of which the server told no tokens, or that failed: the figures below lack them."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    """None where no prices are set."""
    currency: str = "USD"
    """Of the cost."""

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


class FigureSource(Frozen):
    """A figure of the answer's text and the result that it comes from."""

    start: int
    end: int
    evidence: int
    """Place in the answer's `evidence`, from 0."""


class Answer(Frozen):
    id: str
    text: str
    language: Language
    model: str
    """Who answered: a model name, or "wellspring-planner"."""
    fallback_from: str = ""
    """Code of the fault after which somebody else than the first model answered."""
    prompt: str = ""
    """Name and version of the prompt that a language model answered by."""
    folded: int = 0
    """Early turns that the model read as a record of their figures and decisions."""
    tool_calls: list[ToolCall] = []
    evidence: list[dict] = []
    """Tool results (`tools.results`), localised to `language`."""
    figures: list[FigureSource] = []
    """Where the figures of `text` come from; those of a passage or a draft are not listed."""
    citations: list[Citation] = []
    drafts: list[Draft] = []
    warnings: list[Caution] = []
    usage: Usage | None = None
    """None where no language model was asked."""
    thread: str
    suggestions: list[str] = []
    """Follow-up questions that the copilot can answer next."""


class TextDelta(Frozen):
    type: Literal["text"] = "text"
    text: str


class ToolStarted(Frozen):
    type: Literal["tool_started"] = "tool_started"
    id: str
    name: str
    title: str
    """The tool's name for people, in the answer's language."""
    arguments: dict


class ToolFinished(Frozen):
    type: Literal["tool_finished"] = "tool_finished"
    id: str
    name: str
    ok: bool
    summary: str
    seconds: float


class EvidenceFound(Frozen):
    type: Literal["evidence"] = "evidence"
    tool_call: str
    evidence: dict


class CitationFound(Frozen):
    type: Literal["citation"] = "citation"
    citation: Citation


class DraftsReady(Frozen):
    type: Literal["drafts"] = "drafts"
    drafts: list[Draft]


class Notice(Frozen):
    """A worded remark about the run itself; `restart` asks to drop the text shown so far."""

    type: Literal["notice"] = "notice"
    code: str
    message: str
    restart: bool = False


class Done(Frozen):
    """The whole answer; its text replaces what was streamed (figures are checked by now)."""

    type: Literal["done"] = "done"
    answer: Answer


class Failed(Frozen):
    type: Literal["failed"] = "failed"
    code: str
    message: str
    log_id: str
    partial: str = ""


Event = Annotated[
    TextDelta | ToolStarted | ToolFinished | EvidenceFound | CitationFound | DraftsReady | Notice | Done | Failed,
    Field(discriminator="type"),
]
EVENT = TypeAdapter(Event)
