"""A document as lines that remember their page, and what kind of line each is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.headings import rank

TABLE = re.compile(r"^\s*\|.*\|\s*$")
FENCE = re.compile(r"^\s*(```|~~~)")
LIST = re.compile(r"^\s*([-*+•·●○■◆▪➢✓>]|\d{1,3}[.)、．]|[(（]\d{1,2}[)）]|[①-⑳])\s*\S")
_COLUMNS = re.compile(r"\S(\t|\s{3,})\S")
TERMINAL = re.compile(r"[。！？；：…!?;:.](?:[”’」』）)\]\"']*)$")


@dataclass(frozen=True)
class Line:
    """One line; `turns` are the (offset, page) where a later page begins inside of it."""

    text: str
    page: int = 0
    turns: tuple[tuple[int, int], ...] = ()

    def saying(self, text: str) -> Line:
        """The line with another text; page turns inside stay within it."""
        if text == self.text:
            return self
        return replace(self, text=text, turns=tuple((min(at, len(text)), page) for at, page in self.turns))

    @property
    def last_page(self) -> int:
        return self.turns[-1][1] if self.turns else self.page


def each(lines: Iterable[Line], mend: Callable[[str], str]) -> list[Line]:
    """The lines with `mend` applied to the text of each."""
    return [line.saying(mend(line.text)) for line in lines]


def kinds(lines: Iterable[Line]) -> list[str]:
    """Name each line's kind: blank, code, table, columns, heading, list or prose."""
    found, fenced = [], False
    for line in lines:
        if FENCE.match(line.text):
            fenced = not fenced
            found.append("code")
        else:
            found.append("code" if fenced else _kind(line.text))
    return found


def _kind(text: str) -> str:
    if not text.strip():
        return "blank"
    if TABLE.match(text):
        return "table"
    if rank(text) is not None:
        return "heading"
    if LIST.match(text):
        return "list"
    return "columns" if _COLUMNS.search(text.strip()) else "prose"


def width(text: str) -> int:
    """Columns that a text takes up: a wide character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def plain(text: str) -> str:
    """A line without its spaces; for comparing."""
    return re.sub(r"\s+", "", text)


def squeezed(lines: list[Line]) -> list[Line]:
    """Without blank lines at either end and more than one between."""
    blank = Line("")
    framed = [blank, *(line.saying(line.text.rstrip()) for line in lines)]
    kept = [after for before, after in pairwise(framed) if after.text or before.text]
    while kept and not kept[-1].text:
        kept.pop()
    return kept
