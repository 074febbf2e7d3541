"""The sources of an answer: a numbered list whose entries open the cited passage in the side panel."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from copilot.answer import Citation
from copilot.passagetext import grade
from ui.marking import quoted
from ui.prose import prose
from ui.words import html

TITLE_ID = "ws-panel-title"


def sources(citations: list[Citation], language: str, answer: str = "") -> str:
    """Numbered entries, each with what the panel shows of it at once in a <template> beside it.

    `answer` is the answer's text: its sentences are marked in the passages that it quotes.
    """
    items = "".join(_entry(number, citation, language, answer) for number, citation in enumerate(citations, 1))
    return f'<div class="ws-sources"><div class="ws-label">{html("citation.sources", language)}</div>{items}</div>'


def _entry(number: int, citation: Citation, language: str, answer: str) -> str:
    label = html("citation.open", language, n=number, title=citation.title)
    key = escape(citation.id)
    asked = {"id": citation.id, "lang": language, "number": number, "quotes": quoted(answer, citation.quote)}
    return (
        f'<button type="button" class="ws-source" data-cite="{key}" aria-label="{label}">'
        f'<span class="ws-number">{number}</span><span>{escape(citation.title)}</span></button>'
        f'<template data-passage="{key}" data-ask="{escape(json.dumps(asked, ensure_ascii=False))}">'
        f"{kept(number, citation, language)}</template>"
    )


def kept(number: int, citation: Citation, language: str) -> str:
    """What the answer kept of a passage: shown until the passage itself has come, and where it is gone."""
    named = (("source", citation.source), ("evidence", grade(citation.evidence_grade, language)),
             ("passage", citation.id))  # fmt: skip
    facts = [(html(f"citation.{key}", language), value) for key, value in named if value]
    gone = f'<p class="ws-notice" data-gone hidden role="status">{html("citation.gone", language)}</p>'
    quote = f'<blockquote class="ws-prose">{prose(citation.quote, [], language)}</blockquote>'
    return panel(number, citation.title, facts, gone + quote, language)


def panel(number: int, title: str, facts: Iterable[tuple[str, str]], body: str, language: str) -> str:
    """The panel's inside: close button, numbered title, facts, and a body of HTML."""
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    close = f'<button type="button" data-close aria-label="{html("citation.close", language)}"></button>'
    head = f'<h3 id="{TITLE_ID}"><span class="ws-number">{number}</span>{escape(title)}</h3>'
    return f'{close}{head}<dl class="ws-facts">{listed}</dl>{body}'
