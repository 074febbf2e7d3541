"""Cuts Markdown into sections, and long sections into pieces that fit a vector."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.results import Document, Passage

MAX_TOKENS = 500
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;])|(?<=\.)\s+")


@dataclass(frozen=True)
class Section:
    heading: str
    """Heading path, " > " between levels; "" above the first heading."""
    text: str


def passages(document: Document) -> list[Passage]:
    """Cut a document; ids are `<document>#<section>`, with `.2`, `.3` … for further pieces of a long section."""
    found = []
    for number, section in enumerate(sections(document.text), start=1):
        for part, text in enumerate(pieces(section.text), start=1):
            suffix = f"{number}" if part == 1 else f"{number}.{part}"
            found.append(_passage(document, f"{document.id}#{suffix}", section.heading, text))
    return found


def _passage(document: Document, id: str, heading: str, text: str) -> Passage:
    return Passage(
        id=id, document=document.id, title=document.title, heading=heading, language=document.language,
        source=document.source, text=text, type=document.type, tier=document.tier, evidence=document.evidence,
        trust=document.trust,
    )


def sections(text: str) -> list[Section]:
    """Split at headings; a heading without text of its own lends its name to the path below it."""
    found: list[Section] = []
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False

    def close() -> None:
        body = "\n".join(lines).strip()
        if body:
            found.append(Section(" > ".join(name for _, name in path), body))
        lines.clear()

    for line in text.split("\n"):
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        close()
        level = len(heading[1])
        path = [item for item in path if item[0] < level] + [(level, heading[2])]
    close()
    return found


def pieces(text: str, limit: int = MAX_TOKENS) -> list[str]:
    """Pack paragraphs, then sentences, into pieces of at most about `limit` tokens."""
    if tokens(text) <= limit:
        return [text]
    for pattern, glue in ((r"\n\s*\n", "\n\n"), (r"\n", "\n"), (_SENTENCE_END, ""), (r"(?<=[,，、 ])", "")):
        parts = [part for part in re.split(pattern, text) if part and part.strip()]
        if len(parts) > 1:
            return _pack([piece for part in parts for piece in pieces(part, limit)], glue, limit)
    half = len(text) // 2
    return pieces(text[:half], limit) + pieces(text[half:], limit)


def _pack(parts: list[str], glue: str, limit: int) -> list[str]:
    packed: list[str] = []
    for part in parts:
        if packed and tokens(packed[-1]) + tokens(part) <= limit:
            packed[-1] += glue + part
        else:
            packed.append(part)
    return packed


def tokens(text: str) -> int:
    """Estimate a text's length in model tokens: one a Han character, 1.3 a word."""
    han = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]", text))
    words = len(re.findall(r"[^\W\u3040-\u30ff\u3400-\u9fff]+", text))
    return han + round(1.3 * words)
