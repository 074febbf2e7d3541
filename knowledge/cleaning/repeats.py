"""Takes out what a document says twice: the whole text, long paragraphs, a title over and over."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from knowledge.cleaning.lines import LIST, TERMINAL, Line, kinds, plain

BLOCK_LINES, BLOCK_LENGTH = 3, 100
"""Lines and characters of a passage that stands in the text twice by mistake."""
PARAGRAPH = 60
"""Characters of a paragraph that nobody writes twice; a shorter rule may hold in several places."""
TITLE_LINES, TITLE_TIMES = 5, 3
_MARK = re.compile(r"^[|>#\s]+")


def without_repeats(lines: list[Line]) -> tuple[list[Line], int]:
    """Return the lines without repeated text, and how many lines went. Tables, lists and code stay."""
    words = [plain(_MARK.sub("", line.text)) for line in lines]
    kind = kinds(lines)
    spoken = [n for n, each in enumerate(kind) if each != "blank" and words[n]]
    gone = _blocks([n for n in spoken if kind[n] != "code"], words)
    left = [n for n in spoken if n not in gone and kind[n] in ("prose", "heading")]
    gone |= _paragraphs(left, words) | _neighbours(spoken, left, words) | _titles(left, words, lines)
    return [line for number, line in enumerate(lines) if number not in gone], len(gone)


def _blocks(spoken: list[int], words: list[str]) -> set[int]:
    """Later copies of passages of several lines."""
    gone: set[int] = set()
    places: dict[str, list[int]] = defaultdict(list)
    at = 0
    while at < len(spoken):
        length = max((_agree(first, at, spoken, words) for first in places[words[spoken[at]]]), default=0)
        copied = spoken[at:at + length]
        if length >= BLOCK_LINES and sum(len(words[n]) for n in copied) >= BLOCK_LENGTH:
            gone.update(copied)
            at += length
        else:
            places[words[spoken[at]]].append(at)
            at += 1
    return gone


def _agree(first: int, second: int, spoken: list[int], words: list[str]) -> int:
    """How many lines from `first` on, at most up to `second`, are those from `second` on."""
    length = 0
    while (first + length < second < len(spoken) - length
           and words[spoken[first + length]] == words[spoken[second + length]]):
        length += 1
    return length


def _paragraphs(left: list[int], words: list[str]) -> set[int]:
    seen: set[str] = set()
    gone = set()
    for number in left:
        if len(words[number]) >= PARAGRAPH:
            if words[number] in seen:
                gone.add(number)
            seen.add(words[number])
    return gone


def _neighbours(spoken: list[int], left: list[int], words: list[str]) -> set[int]:
    """A line that follows itself; a number alone may."""
    allowed = set(left)
    return {after for before, after in zip(spoken, spoken[1:], strict=False)
            if {before, after} <= allowed and words[before] == words[after] and len(words[after]) >= 4
            and not words[after].isdigit()}


def _titles(left: list[int], words: list[str], lines: list[Line]) -> set[int]:
    """The document's title where it stands again and again, as a caption of pictures does."""
    times = Counter(words[n] for n in left)
    titles = {words[n] for n in left[:TITLE_LINES]
              if times[words[n]] >= TITLE_TIMES and len(words[n]) >= 6 and not words[n].isdigit()
              and not TERMINAL.search(lines[n].text.strip()) and not LIST.match(lines[n].text)}
    seen: set[str] = set()
    gone = set()
    for number in left:
        if words[number] in titles:
            if words[number] in seen:
                gone.add(number)
            seen.add(words[number])
    return gone
