"""Cuts documents into sections, and long sections into pieces that fit a vector; each knows its page.

Pieces are spans of the text: nothing is rewritten, but a table that is cut repeats its head row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge import headings
from knowledge.cleaning.lines import FENCE, TABLE
from knowledge.instructions import flags
from knowledge.results import Document, Passage

MAX_TOKENS = 500
"""Longest piece in model tokens, as `tokens` estimates them: encoders average or cut off what goes beyond 512."""
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
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;])|(?<=\.)\s+")
_ALONE = re.compile(r"[^\W\d][^。！？；，,;!?…|*\t]{1,29}(?<![.:：”])")
_CAPTION = re.compile(r"(?:图|表|资料来源|来源|注|说明|备注|figure|table|source|note)[\s\d:：表A-Z]", re.IGNORECASE)
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), _SENTENCE_END, re.compile(r"(?<=[,，、 ])"))

Span = tuple[int, int]
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
    found = []
    for number, section in enumerate(sections(text, numbered=own, breaks=_own_pages(document)), start=1):
        for part, span in enumerate(pieces(text, (section.start, section.end)), start=1):
            suffix = f"{number}" if part == 1 else f"{number}.{part}"
            found.append(_passage(document, f"{document.id}#{suffix}", section.heading, span))
    return found


def _passage(document: Document, id: str, heading: str, span: Span) -> Passage:
    text = _table_head(document.text, span[0]) + document.text[slice(*span)]
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
    span = _trimmed(text, (start, min(end, len(text))))
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


def pieces(text: str, span: Span | None = None, limit: int = MAX_TOKENS) -> list[Span]:
    """Cut a span at paragraphs, then lines, then sentences, into pieces of at most about `limit` tokens."""
    span = _trimmed(text, span or (0, len(text)))
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
    parts = [_trimmed(text, part) for part in zip(edges, edges[1:], strict=False)]
    return [part for part in parts if part[0] < part[1]]


def _pack(text: str, parts: list[Span], limit: int) -> list[Span]:
    packed: list[Span] = []
    for part in parts:
        if packed and tokens(text[packed[-1][0]:part[1]]) <= limit:
            packed[-1] = (packed[-1][0], part[1])
        else:
            packed.append(part)
    return packed


def _trimmed(text: str, span: Span) -> Span:
    """The span without line breaks and spaces at its ends."""
    start, end = span
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _table_head(text: str, start: int) -> str:
    """Head row and rule of the table that a piece begins in the midst of, else ""."""
    begin = text.rfind("\n", 0, start) + 1
    if begin != start or not TABLE.match(_line(text, start)):
        return ""
    rows = []
    while begin > 0 and TABLE.match(_line(text, above := text.rfind("\n", 0, begin - 1) + 1)):
        rows.append(_line(text, above))
        begin = above
    return "".join(f"{row}\n" for row in rows[-2:][::-1]) if len(rows) >= 2 else ""


def _longest_head(text: str, span: Span) -> int:
    """Tokens of the longest table head in a span."""
    lines = text[slice(*span)].split("\n")
    heads = [lines[n] + lines[n + 1] for n in range(len(lines) - 2)
             if TABLE.match(lines[n]) and set(lines[n + 1]) <= set("|-: ") and TABLE.match(lines[n + 1])]
    return max(map(tokens, heads), default=0)


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def tokens(text: str) -> int:
    """Estimate a text's length in model tokens: one a Han character, 1.3 a word."""
    han = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]", text))
    words = len(re.findall(r"[^\W\u3040-\u30ff\u3400-\u9fff]+", text))
    return han + round(1.3 * words)
