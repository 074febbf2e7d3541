"""Cuts documents into sections, and those into passages; each knows its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge import headings
from knowledge.cleaning.lines import FENCE
from knowledge.instructions import flags
from knowledge.pieces import Span, Tables, pieces, tokens, trimmed
from knowledge.results import Document, Passage

SMALL = 120
"""Tokens up to which the points of one list stay one piece."""
POINT = 7
"""Rank of a heading from which on it may be a point of a list."""
ALONE = 20
"""Rank of a heading that nothing but its place makes one; below all others."""
PARAGRAPH = 50
"""Characters of the text below it."""
OWN_PAGE = ("slide", "sheet")
"""Pages that no section goes beyond."""
_ALONE = re.compile(r"[^\W\d][^。！？；，,;!?…|*\t]{1,29}(?<![.:：”])")
_CAPTION = re.compile(r"(?:图|表|资料来源|来源|注|说明|备注|figure|table|source|note)[\s\d:：表A-Z]", re.IGNORECASE)

Path = tuple[tuple[int, str], ...]
"""Headings above a place: (rank, name), the highest first."""


@dataclass(frozen=True)
class Section:
    """What stands below one heading."""

    path: Path
    start: int
    """Offset where it begins: after its heading line, or with it where the heading runs into the text."""
    end: int
    head: int
    """Offset of its heading line."""

    @property
    def heading(self) -> str:
        """Heading path, " > " between levels; "" above the first heading."""
        return " > ".join(name for _, name in self.path)


def passages(document: Document) -> list[Passage]:
    """Cut a document; ids are `<document>#<section>`, with `.2`, `.3` … for further pieces of a long section."""
    text, own = document.text, document.trust == "upload"
    tables = Tables(text)
    found = []
    for number, section in enumerate(sections(text, numbered=own, breaks=_own_pages(document)), start=1):
        for part, span in enumerate(pieces(text, (section.start, section.end)), start=1):
            suffix = f"{number}" if part == 1 else f"{number}.{part}"
            found.append(_passage(document, f"{document.id}#{suffix}", section.heading, span, tables.head(span[0])))
    return found


def _passage(document: Document, id: str, heading: str, span: Span, head: str) -> Passage:
    text = head + document.text[slice(*span)]
    own = document.trust != "card"
    return Passage(
        id=id, document=document.id, title=document.title, heading=heading, language=document.language,
        source=document.source, text=text, type=document.type, tier=document.tier, evidence=document.evidence,
        trust=document.trust, page=_page(document, span), page_kind=document.page_kind, owner=document.owner,
        version=document.version, valid_until=document.valid_until,
        flags=flags(f"{heading}\n{text}") if own else [],
    )  # fmt: skip


def _own_pages(document: Document) -> dict[int, str]:
    """Offsets where a section must begin, with the name that it takes from there."""
    if document.page_kind not in OWN_PAGE:
        return {}
    return {offset: label if document.page_kind == "sheet" else "" for offset, label in document.pages}


def _page(document: Document, span: Span) -> str:
    """The page of a span, "12–13" where it goes on to another."""
    before = [label for offset, label in document.pages if offset <= span[0]]
    inside = [label for offset, label in document.pages if span[0] < offset < span[1]]
    labels = before[-1:] + inside
    return labels[0] if len(set(labels)) == 1 else f"{labels[0]}–{labels[-1]}" if labels else ""


def sections(text: str, *, numbered: bool = False, breaks: dict[int, str] | None = None) -> list[Section]:
    """Split at headings; a heading without text of its own lends its name to the path below it.

    Markdown's headings always count. With `numbered` those of Chinese documents do as well (第X章, 一、, 1.1),
    and small points of one list stay together. `breaks`: offsets where a new section begins under a name.
    """
    found = list(_sections(text, numbered, breaks or {}))
    return _together(text, found) if numbered else found


def _sections(text: str, numbered: bool, breaks: dict[int, str]) -> Iterator[Section]:
    path: Path = ()
    start = head = offset = 0
    fenced = False
    lines = text.split("\n")
    for place, line in enumerate(lines):
        fenced ^= bool(FENCE.match(line))
        begins = None if fenced else _heading(lines, place, numbered)
        name = breaks.get(offset)
        if begins or name is not None:
            yield from _closed(text, path, start, offset, head)
            head = start = offset
        if name is not None:
            path = ((0, name),) if name else ()
        if begins:
            rank, title, runs_in = begins
            path = (*(item for item in path if item[0] < rank), (rank, title))
            start = offset if runs_in else offset + len(line) + 1
        offset += len(line) + 1
    yield from _closed(text, path, start, len(text), head)


def _closed(text: str, path: Path, start: int, end: int, head: int) -> Iterator[Section]:
    span = trimmed(text, (start, min(end, len(text))))
    if span[0] < span[1]:
        yield Section(path, *span, head)


def _heading(lines: list[str], place: int, numbered: bool) -> tuple[int, str, bool] | None:
    """(rank, name, whether the text goes on in the same line) when a heading begins at this line."""
    line = lines[place]
    if not numbered:
        found = headings.markdown(line)
        return (*found, False) if found else None
    if found := headings.heading(line):
        return None if _is_item(lines, place, found[0]) else (*found, False)
    if found := headings.run_in(line):
        return (*found, True)
    return (ALONE, line.strip(), False) if _stands_alone(lines, place) else None


def _is_item(lines: list[str], place: int, rank: int) -> bool:
    """Whether a numbered line is a point of a list: points stand beside it, not text of its own."""
    if rank < headings.NUMBERED[0]:
        return False
    following, before = _near(lines, place, 1), _near(lines, place, -1)
    found = headings.heading(following) or headings.run_in(following)
    first = headings.heading(before)
    return not following or bool(found and found[0] <= rank) or bool(first and first[0] == rank)


def _stands_alone(lines: list[str], place: int) -> bool:
    """Whether an unnumbered line is a heading: short, no sentence, apart from the text above and long text below."""
    line, apart = lines[place].strip(), place == 0 or not lines[place - 1].strip()
    if not apart or not _ALONE.fullmatch(line) or _CAPTION.match(line):
        return False
    return len(_near(lines, place, 1)) >= PARAGRAPH and lines.count(lines[place]) < 3


def _near(lines: list[str], place: int, step: int) -> str:
    """The next line with words in one direction, "" for none within a few lines."""
    places = range(place + step, place + 4 * step, step)
    return next((lines[n] for n in places if 0 <= n < len(lines) and lines[n].strip()), "")


def _together(text: str, found: list[Section]) -> list[Section]:
    """Join neighbouring points below one heading while they are small."""
    joined: list[Section] = []
    for section in found:
        last = joined[-1] if joined else None
        if last and _are_points(last, section) and tokens(text[last.head:section.end]) <= SMALL:
            joined[-1] = Section(section.path[:-1], last.head, section.end, last.head)
        else:
            joined.append(section)
    return joined


def _are_points(last: Section, section: Section) -> bool:
    if not section.path or section.path[-1][0] < POINT:
        return False
    return section.path[:-1] in (last.path[:-1] if last.path and last.path[-1][0] >= POINT else last.path, last.path)
