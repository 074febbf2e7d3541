"""Typed results of the knowledge half: frozen and JSON-safe."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
Trust = Literal["card", "upload", "lesson"]
"""`card`: written and checked with the product; `upload`: a team's own file; `lesson`: what a team learnt and a person
approved. The last two are quoted but never obeyed."""
LESSON = "lesson-"
"""How the id of every lesson begins, and of no card or file (a file's id keeps its ending, ".md")."""
PageKind = Literal["", "page", "slide", "sheet"]
"""What a passage's `page` counts or names; "" for a format without pages."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Flag(Frozen):
    """Words of a team's own file that speak to a model instead of to a reader; content, never an order."""

    kind: str
    """Entry of `knowledge/instructions.yaml`: override, role, tool_call, disclose, conceal,
    address, markup; `hidden` and `invisible` for words that no reader of the file sees."""
    quote: str
    """The words as they stand."""


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
    kpis: list[str] = []
    """Metrics of the catalogue that show whether it works, the leading one first."""
    prerequisites: list[str] = []
    """Entries of `content/prerequisites.yaml`: what a practice rests on."""
    facts: list[str | dict] = []
    questions: list[str] = []
    """Everyday questions that this document answers; indexed beside its text."""
    traditional: bool = False
    """Written in traditional characters: shown so, searched in simplified ones."""
    owner: str = ""
    """Who answers for an upload; "" where nobody was named."""
    version: str = ""
    """First 12 hexadecimal digits of the SHA-256 of the file's bytes; "" for a card."""
    dated: date | None = None
    """The day on which this version was indexed."""
    valid_until: date | None = None
    """Last day on which an upload holds; None for no end."""
    pages: list[tuple[int, str]] = []
    """(offset in `text`, page number or sheet name) where each page, slide or sheet begins."""
    page_kind: PageKind = ""
    repairs: dict[str, int] = {}
    """What cleaning mended: kind -> count; `hidden` texts were left out."""
    flags: list[Flag] = []
    """Instructions in what a reader does not see: hidden texts and invisible letters; they are in no passage."""


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
    page: str = ""
    """Number of the page or slide ("12"; "12–13" across two), or name of the sheet."""
    page_kind: PageKind = ""
    owner: str = ""
    version: str = ""
    valid_until: date | None = None
    flags: list[Flag] = []
    """Words that try to instruct a model; the passage is quoted all the same, fenced."""


def is_expired(valid_until: date | None, as_of: date) -> bool:
    """Whether a document's last day was before `as_of`."""
    return valid_until is not None and valid_until < as_of


class Hit(Passage):
    score: float
    """Fused relevance, 0 to 1: comparable within one search only."""
    expired: bool = False
    """Whether the document's `valid_until` was over on the day of the search."""


class SearchResult(Frozen):
    kind: Literal["search"] = "search"
    query: str
    read_as: str = ""
    """The question with its misspelt words mended; "" where nothing was."""
    cautions: list[str] = []
    """What this search had to do without: embedder_unreachable, vectors_unreachable, reranker_unreachable."""
    answerable: bool
    """Whether the knowledge base probably holds the answer; results are listed either way."""
    confidence: float
    """Calibrated probability, 0 to 1, that it does."""
    results: list[Hit]


class FileReport(Frozen):
    """What became of one of a team's own files."""

    id: str
    title: str
    language: Language
    status: Literal["added", "updated", "same", "renamed", "duplicate"]
    """`duplicate`: another document holds the same content, named in `twin`; `renamed`: it took over from `twin`."""
    twin: str = ""
    page_kind: PageKind = ""
    pages: int = 0
    passages: int = 0
    repairs: dict[str, int] = {}
    """What cleaning mended: kind -> count."""
    flags: dict[str, int] = {}
    """Passages that try to instruct a model: kind -> count."""


class Refused(Frozen):
    """A file that could not be read; `code` and `params` are those of its BadDocument."""

    name: str
    code: str
    params: dict[str, Any] = {}
    alternatives: list[str] = []


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
    files: list[FileReport] = []
    """The files of this call, in their order."""
    refused: list[Refused] = []
