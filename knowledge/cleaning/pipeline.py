"""The repairs in their order, each counted, until nothing is left to mend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.cleaning.boilerplate import without_boilerplate
from knowledge.cleaning.encoding import mended
from knowledge.cleaning.furniture import without_furniture
from knowledge.cleaning.glued import parted
from knowledge.cleaning.lines import Line, squeezed
from knowledge.cleaning.pinyin import without_pinyin
from knowledge.cleaning.repeats import without_repeats
from knowledge.cleaning.script import INVISIBLE, RADICALS
from knowledge.cleaning.wrapping import rejoined

ROUNDS = 100
"""Passes at most; one repair may lay bare another, so they run until nothing changes."""
_CONTROLS = re.compile(r"[\x80-\x84\x86-\x9f]")
Repair = Callable[[list[Line]], tuple[list[Line], int]]


@dataclass(frozen=True)
class Cleaned:
    """A clean text, and what it took.

    `repairs`: kind -> count, of encoding (lines), invisible, radicals and pinyin (characters and readings),
    boilerplate, furniture and repeated (lines), parted and rejoined (line breaks).
    `pages`: (offset in `text`, index of the page) where each page that left something begins.
    """

    text: str
    repairs: dict[str, int]
    pages: list[tuple[int, int]]


def clean(text: str) -> str:
    """Return `text` mended. The script (traditional or simplified) stays: a reader sees the author's characters."""
    return clean_pages([text]).text


def clean_pages(pages: list[str]) -> Cleaned:
    """Mend a document given page by page."""
    lines = [Line(text, number) for number, page in enumerate(pages) for text in _split(page)]
    counts: Counter[str] = Counter()
    for _ in range(ROUNDS):
        before = lines
        for kind, repair in _REPAIRS.items():
            lines, count = repair(lines)
            counts[kind] += count
        lines = squeezed(lines)
        if lines == before:
            break
    return Cleaned("\n".join(line.text for line in lines), +counts and dict(+counts), _starts(lines))


def _split(page: str) -> list[str]:
    # Beside others of its kind the control character for a new line is a byte of wrongly decoded text.
    ends = r"\r\n?|[\u2028\u2029\x0b\x0c]" + ("" if _CONTROLS.search(page) else "|\x85")
    return re.sub(ends, "\n", page).split("\n")


def _starts(lines: list[Line]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    offset = 0
    for line in lines:
        for at, page in ((0, line.page), *line.turns):
            if line.text.strip() and (not found or found[-1][1] < page):
                found.append((offset + at, page))
        offset += len(line.text) + 1
    return found


def _decoded(lines: list[Line]) -> tuple[list[Line], int]:
    found = [line.saying(mended(line.text)) for line in lines]
    return found, sum(before is not after for before, after in zip(lines, found, strict=True))


def _visible(lines: list[Line]) -> tuple[list[Line], int]:
    count = sum(len(INVISIBLE.findall(line.text)) for line in lines)
    return ([line.saying(INVISIBLE.sub("", line.text)) for line in lines] if count else lines), count


def _in_common_characters(lines: list[Line]) -> tuple[list[Line], int]:
    found = [line.saying(line.text.translate(RADICALS)) for line in lines]
    count = sum(a != b for old, new in zip(lines, found, strict=True) for a, b in zip(old.text, new.text, strict=True))
    return (found if count else lines), count


def _read(lines: list[Line]) -> tuple[list[Line], int]:
    # Whole, as a text with many readings is judged by all of them.
    text, count = without_pinyin("\n".join(line.text for line in lines))
    if not count:
        return lines, 0
    return [line.saying(words) for line, words in zip(lines, text.split("\n"), strict=True)], count


_REPAIRS: dict[str, Repair] = {
    "encoding": _decoded,
    "invisible": _visible,
    "radicals": _in_common_characters,
    "pinyin": _read,
    "boilerplate": without_boilerplate,
    "furniture": without_furniture,
    "repeated": without_repeats,
    "parted": parted,
    "rejoined": rejoined,
}
