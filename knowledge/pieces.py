"""Cuts long texts into pieces that fit a vector.

Pieces are spans of the text: nothing is rewritten, but a table that is cut repeats its head row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.cleaning.lines import TABLE

MAX_TOKENS = 500
"""Longest piece in model tokens, as `tokens` estimates them: encoders average or cut off what goes beyond 512."""
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;])|(?<=\.)\s+")
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), _SENTENCE_END, re.compile(r"(?<=[,，、 ])"))

Span = tuple[int, int]


def pieces(text: str, span: Span | None = None, limit: int = MAX_TOKENS) -> list[Span]:
    """Cut a span at paragraphs, then lines, then sentences, into pieces of at most about `limit` tokens."""
    span = trimmed(text, span or (0, len(text)))
    head = _longest_head(text, span)
    return list(_cut(text, span, max(limit - head, limit // 2))) if span[0] < span[1] else []


def _cut(text: str, span: Span, limit: int) -> Iterator[Span]:
    if tokens(text[slice(*span)]) <= limit:
        yield span
        return
    for pattern in _BREAKS:
        parts = _parted(text, span, pattern)
        if len(parts) > 1:
            yield from _pack(text, [piece for part in parts for piece in _cut(text, part, limit)], limit)
            return
    half = sum(span) // 2
    yield from _cut(text, (span[0], half), limit)
    yield from _cut(text, (half, span[1]), limit)


def _parted(text: str, span: Span, pattern: re.Pattern[str]) -> list[Span]:
    cuts = [match.end() for match in pattern.finditer(text, *span) if span[0] < match.end() < span[1]]
    edges = [span[0], *cuts, span[1]]
    parts = [trimmed(text, part) for part in zip(edges, edges[1:], strict=False)]
    return [part for part in parts if part[0] < part[1]]


def _pack(text: str, parts: list[Span], limit: int) -> list[Span]:
    packed: list[Span] = []
    for part in parts:
        if packed and tokens(text[packed[-1][0]:part[1]]) <= limit:
            packed[-1] = (packed[-1][0], part[1])
        else:
            packed.append(part)
    return packed


def trimmed(text: str, span: Span) -> Span:
    """The span without line breaks and spaces at its ends."""
    start, end = span
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


class Tables:
    """The tables of a text: which head row and rule a piece repeats that begins in the midst of one."""

    def __init__(self, text: str) -> None:
        self._heads: dict[int, str] = {}
        """Offset of a row below the second of its table -> the table's first two rows."""
        rows: list[str] = []
        offset = 0
        for line in text.split("\n"):
            if not TABLE.match(line):
                rows = []
            elif len(rows) < 2:
                rows.append(line)
            else:
                self._heads[offset] = "".join(f"{row}\n" for row in rows)
            offset += len(line) + 1

    def head(self, start: int) -> str:
        """Head row and rule of the table that a piece begins in the midst of, else ""."""
        return self._heads.get(start, "")


def _longest_head(text: str, span: Span) -> int:
    """Tokens of the longest table head in a span."""
    lines = text[slice(*span)].split("\n")
    heads = [lines[n] + lines[n + 1] for n in range(len(lines) - 2)
             if TABLE.match(lines[n]) and set(lines[n + 1]) <= set("|-: ") and TABLE.match(lines[n + 1])]
    return max(map(tokens, heads), default=0)


def tokens(text: str) -> int:
    """Estimate a text's length in model tokens: one a Han character, 1.3 a word."""
    han = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]", text))
    words = len(re.findall(r"[^\W\u3040-\u30ff\u3400-\u9fff]+", text))
    return han + round(1.3 * words)
