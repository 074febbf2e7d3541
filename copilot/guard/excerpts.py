"""A long tool result in pages: lines from a number on, as many as there is room for, and how to get the rest."""

from __future__ import annotations

from langchain_core.messages import ToolMessage

from copilot.catalogue import text
from copilot.findings import Findings
from copilot.modeltext import for_model

OPENING, CLOSING = "<data>", "</data>"
PIECE = 300
"""Characters of a line beyond which it is counted as several: a passage may be a single one."""
MORE = "more"
"""Name of the tool that fetches a page."""


def tokens(words: str) -> int:
    """About how many tokens a text has: a third of its bytes, in Chinese a little less than its characters."""
    return len(words.encode()) // 3 + 1


def lines_of(result: ToolMessage, language: str) -> list[str]:
    """All lines of a result, also those that `for_model` leaves out of a long table."""
    findings = Findings.restore(result.artifact)
    words = for_model(findings, language, rows=None) or str(result.content)
    return [line[at : at + PIECE] for line in words.splitlines() for at in range(0, len(line) or 1, PIECE)]


def page(lines: list[str], start: int, room: int, result: str, language: str) -> str:
    """The lines from `start` (the first is 1) that fit into `room` tokens; at least one.

    Data stays between its marks wherever a page begins or ends.
    """
    shown: list[str] = []
    used = 0
    for line in lines[start - 1 :]:
        used += tokens(line)
        if shown and used > room:
            break
        shown.append(line)
    end = start - 1 + len(shown)
    opening = [OPENING] if _inside(lines[: start - 1]) else []
    closing = [CLOSING] if _inside(lines[:end]) else []
    rest = "rest" if end < len(lines) else "end"
    foot = text(f"guard.page.{rest}", language, start=start, end=end, lines=len(lines), result=result, next=end + 1)
    return "\n".join([*opening, *shown, *closing, foot])


def _inside(lines: list[str]) -> bool:
    return lines.count(OPENING) > lines.count(CLOSING)
