"""A card cut at its headings, as its passages are, and citations of just those that an answer leans on."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.answer import Citation
from knowledge import chunking


@dataclass(frozen=True)
class Section:
    heading: str
    words: str
    place: int
    """Counted from 1, as the card's passages are."""


def sections(card: str) -> list[Section]:
    """Cut a card at its headings; what stands above the first one is a section without."""
    return [
        Section(part.path[-1][1] if part.path else "", card[part.start : part.end], place)
        for place, part in enumerate(chunking.sections(card), start=1)
    ]


def passage_id(citation: Citation, section: Section) -> str:
    """Id of the passage that a section of the cited text is."""
    return f"{citation.id.rpartition('#')[0]}#{section.place}" if citation.whole else citation.id


def by_passage(citations: list[Citation], answer: str) -> list[Citation]:
    """For a card that was found whole, the passages that the answer marks, in its order, each with its own words.

    A card of which the answer marks no other passage than the one found stays as it is.
    """
    return [each for citation in citations for each in _marked(citation, answer)]


def _marked(citation: Citation, answer: str) -> list[Citation]:
    if not citation.whole:
        return [citation]
    parts = {passage_id(citation, part): part for part in sections(citation.quote)}
    found = [
        citation if id == citation.id else
        citation.model_copy(update={"id": id, "heading": part.heading, "quote": part.words, "whole": False})
        for id, part in parts.items() if f"[{id}]" in answer
    ]  # fmt: skip
    return sorted(found, key=lambda each: answer.index(f"[{each.id}]")) or [citation]
