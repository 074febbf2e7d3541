"""An approved lesson as documents of the knowledge index: its words begin with its date and evidence grade."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.catalogue import LANGUAGES
from copilot.lessons.results import Lesson
from copilot.lessons.wording import evidence_lines, lead, note_lines, questions, source, title
from knowledge.results import Document


def documents(lessons: Iterable[Lesson]) -> list[Document]:
    """Documents of the lessons in force: a test in both languages, a note in its own."""
    return [_document(lesson, language) for lesson in lessons if lesson.state == "approved"
            for language in (LANGUAGES if lesson.test else (lesson.language,))]


def _document(lesson: Lesson, language: str) -> Document:
    facts = "\n".join(f"- {line}" for line in evidence_lines(lesson, language))
    parts = [lead(lesson, language), facts, *note_lines(lesson, language)]
    return Document(
        id=lesson.id, language=language, title=title(lesson, language), text="\n\n".join(filter(None, parts)),
        type="lesson", trust="lesson", source=source(lesson, language), evidence=lesson.evidence,
        tier=[lesson.test.campaign.tier] if lesson.test and lesson.test.campaign.tier else [],
        questions=questions(lesson, language), dated=lesson.approval.day, valid_until=lesson.approval.valid_until,
    )  # fmt: skip
