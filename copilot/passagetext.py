"""What a cited passage is, in words: heading path, page, source, evidence grade, validity, cautions."""

from __future__ import annotations

from datetime import date

from copilot.catalogue import has, text
from knowledge.results import Passage, is_expired


def facts(passage: Passage, language: str) -> list[tuple[str, str]]:
    """(name, value) of everything that places a passage, in reading order; what it lacks is left out."""
    values = {
        "heading": passage.heading,
        "page": page_name(passage, language),
        "source": passage.source,
        "evidence": grade(passage.evidence, language),
        "owner": passage.owner,
        "valid_until": passage.valid_until.isoformat() if passage.valid_until else "",
        "passage": passage.id,
    }
    return [(text(f"passage.{name}", language), value) for name, value in values.items() if value]


def page_name(passage: Passage, language: str) -> str:
    """ "page 12", "slide 3", "sheet Prices"; "" for a format without pages."""
    kind = passage.page_kind if passage.page else ""
    return text(f"passage.page_kind.{kind}", language, page=passage.page) if kind else ""


def grade(code: str, language: str) -> str:
    """How strong the source is, in the reader's language; "" where nobody graded it."""
    key = f"ui.grade.{code.replace(' ', '_').replace(chr(39), '')}"
    return text(key, language) if code and has(key) else code


def cautions(passage: Passage, language: str, today: date) -> list[str]:
    """What to mind: it is no longer valid, or it speaks to a model."""
    over = is_expired(passage.valid_until, today)
    found = [text("passage.over", language, day=passage.valid_until)] if over else []
    return found + [text("passage.flagged", language, quote=flag.quote) for flag in passage.flags]


def passage_text(passage: Passage, language: str, today: date) -> str:
    """A passage for a terminal: title, what places it, cautions, its words."""
    placed = [text("passage.fact", language, name=name, value=value) for name, value in facts(passage, language)]
    return "\n".join([passage.title, *placed, *cautions(passage, language, today), "", passage.text])
