"""What the story of a turn holds. Every text is masked as a model would see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from copilot.answer import Frozen, Language, Usage
from copilot.store import State


class Text(Frozen):
    """Words of a story; they are kept once for all stories that hold them."""

    hash: str
    """SHA-256 of the masked words, 24 hex digits: the same words have the same hash where no text is kept."""
    characters: int
    text: str | None = None
    """None where texts are not kept; only the first part of very long ones is."""


class Called(Frozen):
    """A tool call that a model asked for."""

    id: str
    name: str
    arguments: Text
    """JSON."""


class Message(Frozen):
    role: Literal["system", "user", "assistant", "tool"]
    text: Text
    tool: str = ""
    """Of a tool's result."""
    calls: list[Called] = []


class ModelCall(Frozen):
    """One request to a model, or to the planner, as it was sent, and the reply as it came."""

    kind: Literal["model"] = "model"
    at: float
    """Seconds since the turn began."""
    seconds: float
    model: str
    host: str = ""
    """Where it is served; "" for the planner."""
    settings: dict[str, Any] = {}
    prompt: str = ""
    """Name and version of the prompt."""
    tools: list[str] = []
    """Names of the tools offered."""
    messages: list[Message]
    reply: Message | None = None
    finish: str = ""
    """Why the reply ended, as the server says."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    fault: str = ""
    """Code of what it ended in instead of a reply."""


class Found(Frozen):
    """A result that a tool run brought."""

    evidence: str
    """Its id in the story: the tool call and the result's place in it, from 0."""
    kind: str
    metric: str
    rows: int
    """Rows of its table."""
    n: int
    """Rows of the base table behind it."""
    query: Text


class ToolRun(Frozen):
    kind: Literal["tool"] = "tool"
    at: float
    seconds: float
    id: str
    name: str
    arguments: Text
    """JSON."""
    reply: Text | None = None
    """What the model reads of the result; None where the run failed."""
    found: list[Found] = []
    citations: list[str] = []
    """Ids of the passages found."""
    drafts: list[str] = []
    fault: str = ""
    """Code of the refusal, or the type of the error."""


class NoticeGiven(Frozen):
    kind: Literal["notice"] = "notice"
    at: float
    code: str
    text: Text
    restart: bool = False


class Verdict(Frozen):
    """What a check of the answer said: a figure corrected or marked, a citation struck, a caution."""

    code: str
    text: Text


class FigureOf(Frozen):
    """A figure of the answer and the result that it comes from."""

    figure: str
    evidence: str


class Ending(Frozen):
    """The answer, or what there is in its place."""

    kind: Literal["ending"] = "ending"
    at: float
    text: Text | None = None
    model: str = ""
    fallback_from: str = ""
    verdicts: list[Verdict] = []
    figures: list[FigureOf] = []
    citations: list[str] = []
    drafts: list[str] = []
    fault: str = ""


Step = Annotated[ModelCall | ToolRun | NoticeGiven | Ending, Field(discriminator="kind")]


class TraceSummary(Frozen):
    """A turn in a line of the list."""

    id: str
    """The answer's own."""
    thread: str
    question: Text
    language: Language
    began_at: datetime
    state: State = "running"
    seconds: float | None = None
    """None while it runs, and where the process died."""
    model: str = ""
    """Who answered."""
    tools: list[str] = []
    usage: Usage | None = None
    """None where no language model was asked."""
    fault: str = ""
    replay_of: str = ""
    """Id of the turn that was asked again."""


class Trace(TraceSummary):
    steps: list[Step] = []

    @property
    def ending(self) -> Ending | None:
        return next((step for step in self.steps if isinstance(step, Ending)), None)
