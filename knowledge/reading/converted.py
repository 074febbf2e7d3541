"""What a converter gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from knowledge.results import PageKind

TEXT_SUFFIXES = (".md", ".markdown", ".txt")
CONVERTED_SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".html", ".htm")
SUFFIXES = TEXT_SUFFIXES + CONVERTED_SUFFIXES


@dataclass(frozen=True)
class Converted:
    """A file as Markdown, before cleaning."""

    pages: list[tuple[str, str]]
    """(number of the page or slide, or name of the sheet; its text); one page named "" where there are none."""
    page_kind: PageKind = ""
    hidden: list[str] = field(default_factory=list)
    """Texts that a reader of the file does not see: comments, hidden elements, hidden sheets."""
    fields: dict[str, Any] = field(default_factory=dict)
    """Front matter of a Markdown file."""

    @property
    def text(self) -> str:
        """The whole text, a form feed between pages."""
        return "\f".join(text for _, text in self.pages)
