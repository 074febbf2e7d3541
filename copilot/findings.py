"""What a tool hands back to the agent beside its short text: the typed findings of one call."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from copilot.answer import Citation, Frozen
from copilot.campaigns.results import Campaign, Check
from copilot.diagnosis.results import Diagnosis
from copilot.lessons.results import Lesson
from tools.compliance import TextCheck
from tools.data_result import DataResult
from tools.results import Draft


class Lookup(Frozen):
    """How a knowledge search went."""

    query: str
    answerable: bool
    confidence: float
    read_as: str = ""
    """The query with its misspelt words mended; "" where nothing was."""
    cautions: list[str] = []
    """What the search had to do without; entries of `search.caution`."""


class Proposed(Frozen):
    """A campaign that a call proposed, with what is known of it before review."""

    campaign: Campaign
    check: Check


class Findings(Frozen):
    """Typed payload of one tool call; rides on `ToolMessage.artifact` as plain JSON."""

    evidence: list[DataResult] = []
    citations: list[Citation] = []
    drafts: list[Draft] = []
    lookup: Lookup | None = None
    lesson: Lesson | None = None
    """What the call proposed."""
    campaign: Proposed | None = None
    text_check: TextCheck | None = None
    diagnosis: Diagnosis | None = None

    @property
    def vouching(self) -> list[BaseModel]:
        """Whose figures an answer may show: the results, what a diagnosis set and counted, what a brief says."""
        found = self.diagnosis
        own = [found.model_copy(update={"figures": {}}), *found.figures.values()] if found else []
        return [*self.evidence, *own, *filter(None, [self.text_check, self.campaign])]

    @classmethod
    def restore(cls, artifact: Any) -> Findings:
        """Rebuild findings from an artifact; a checkpointer gives plain dicts back."""
        return cls.model_validate(artifact) if artifact else cls()

    def artifact(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
