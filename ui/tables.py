"""HTML tables for results; every cell is escaped."""

from __future__ import annotations

from html import escape

ROWS = 200
"""Longest table shown in a chat."""


def table(head: list[str], rows: list[list[str]], *, words: int = 1) -> str:
    """Return a scrolling table; the first `words` columns are text, the others figures."""

    def cells(values: list[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="{"ws-word" if at < words else "ws-figure"}">{escape(value)}</{tag}>'
            for at, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows[:ROWS])
    return (
        f'<div class="ws-scroll"><table><thead><tr>{cells(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def fold(summary: str, body: str, *, kind: str = "", opened: bool = False) -> str:
    """Return a section that opens and closes on a click; `body` is HTML, `summary` plain text."""
    state = " open" if opened else ""
    return f'<details class="ws-fold {kind}"{state}><summary>{escape(summary)}</summary>{body}</details>'
