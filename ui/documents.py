"""A document's two columns: the original with what was taken out struck, and the clean text."""

from __future__ import annotations

from html import escape

from knowledge.listing import ComparedRow, Comparison
from ui.words import html

ROWS = 400
"""Rows of a comparison on the page; the command line shows all."""


def comparison(found: Comparison, language: str) -> str:
    """Rows side by side; those that cleaning changed are marked."""
    head = "".join(f"<th>{html(f'documents.{side}', language)}</th>" for side in ("original", "clean"))
    rows = "".join(map(_row, found.rows[:ROWS]))
    body = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return f'<div class="ws-scroll"><table class="ws-compare">{body}</table></div>'


def _row(row: ComparedRow) -> str:
    original = "".join(
        f"<del>{escape(piece.text)}</del>" if piece.gone else escape(piece.text) for piece in row.original
    )
    clean = f"<mark>{escape(row.clean)}</mark>" if row.change == "changed" else escape(row.clean)
    return f'<tr class="ws-{row.change}"><td>{_lines(original)}</td><td>{_lines(clean)}</td></tr>'


def _lines(words: str) -> str:
    return words.replace("\n", "<br>")
