"""The sources of an answer: a numbered list whose entries open in the side panel."""

from __future__ import annotations

from html import escape

from copilot.answer import Citation
from copilot.catalogue import has, text
from ui.prose import prose
from ui.words import html


def sources(citations: list[Citation], language: str) -> str:
    """Numbered entries, each with the passage it opens in a <template> beside it."""
    items = "".join(_entry(number, citation, language) for number, citation in enumerate(citations, 1))
    return f'<div class="ws-sources"><div class="ws-label">{html("citation.sources", language)}</div>{items}</div>'


def _entry(number: int, citation: Citation, language: str) -> str:
    label = html("citation.open", language, n=number, title=citation.title)
    key = escape(citation.id)
    return (
        f'<button type="button" class="ws-source" data-cite="{key}" aria-label="{label}">'
        f'<span class="ws-number">{number}</span><span>{escape(citation.title)}</span></button>'
        f'<template data-passage="{key}">{passage(number, citation, language)}</template>'
    )


def passage(number: int, citation: Citation, language: str) -> str:
    """What the panel shows: title, source, evidence grade and the quoted words."""
    facts = [("source", citation.source), ("evidence", grade(citation, language)), ("passage", citation.id)]
    listed = "".join(
        f"<dt>{html(f'citation.{key}', language)}</dt><dd>{escape(value)}</dd>" for key, value in facts if value
    )
    close = f'<button type="button" data-close aria-label="{html("citation.close", language)}"></button>'
    return (
        f'{close}<h3><span class="ws-number">{number}</span>{escape(citation.title)}</h3>'
        f'<dl class="ws-facts">{listed}</dl>'
        f'<blockquote class="ws-prose">{prose(citation.quote, [], language)}</blockquote>'
    )


def grade(citation: Citation, language: str) -> str:
    """How strong the source is, in the reader's language."""
    code = citation.evidence_grade.replace(" ", "_").replace("'", "")
    key = f"ui.grade.{code}"
    return text(key, language) if has(key) else citation.evidence_grade
