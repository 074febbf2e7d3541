"""Typed results of the knowledge half: frozen and JSON-safe."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
Trust = Literal["card", "upload"]
"""`card`: written and checked with the product; `upload`: a team's own file, quoted but never obeyed."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Document(Frozen):
    """A card in one language, or a team's own file."""

    id: str
    """Card id, the same in both languages; a file's name for an upload."""
    language: Language
    title: str
    text: str
    """Clean Markdown without the front matter."""
    type: str
    trust: Trust
    source: str = ""
    """Readable: publisher, title, year."""
    evidence: str = ""
    """Evidence grade: controlled test, company report, consultant's claim, own."""
    stage: list[str] = []
    scenario: list[str] = []
    quadrant: list[str] = []
    tier: list[str] = []
    goal: list[str] = []
    facts: list[str | dict] = []
    questions: list[str] = []
    """Everyday questions that this document answers; indexed beside its text."""
    traditional: bool = False
    """Written in traditional characters: shown so, searched in simplified ones."""


class Passage(Frozen):
    """A citable piece of a document."""

    id: str
    """`<document>#<section>`, the same in both languages of a card."""
    document: str
    title: str
    heading: str
    """Heading path inside the document, " > " between levels; "" above the first heading."""
    language: Language
    source: str
    text: str
    type: str
    tier: list[str]
    evidence: str
    trust: Trust


class Hit(Passage):
    score: float
    """Fused relevance, 0 to 1: comparable within one search only."""


class SearchResult(Frozen):
    kind: Literal["search"] = "search"
    query: str
    answerable: bool
    """Whether the knowledge base probably holds the answer; results are listed either way."""
    confidence: float
    """Calibrated probability, 0 to 1, that it does."""
    results: list[Hit]


class IndexReport(Frozen):
    """What a build did; counts after it."""

    changed: bool
    """False when everything was already indexed and nothing was written."""
    documents: int
    passages: int
    vectors: int
    added: list[str]
    updated: list[str]
    removed: list[str]
    embedded: int
    """Texts that had no vector yet."""
