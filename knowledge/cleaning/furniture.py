"""Takes out what is printed on every page: running heads and feet, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from knowledge.cleaning.lines import Line, plain

EDGE = 3
"""Lines with words at the top and at the bottom of a page that may be furniture."""
SHARE = 0.4
"""Share of the pages on which furniture stands: left and right pages may differ."""
FEWEST = 3
"""Pages from which on a line that returns near an edge is furniture; two may agree there by chance."""
PAIR = 1
"""Such lines of a text of two pages: the very first and last ones."""
RUN = 5
"""Numbers counting up at line ends that are page numbers."""
_COUNTED = re.compile(
    r"第\d+[页頁](\D{0,2}共\d+[页頁])?|共\d+[页頁]\D{0,2}第\d+[页頁]|[页頁][码碼][:：]?\d+(/\d+)?|\d+/\d+[页頁]"
    r"|[-–—·]\d{1,4}[-–—·]|page\d+(of\d+)?",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?<=[。！？.!?”」])[ \t]{2,}(\d{1,3})\s*$")
_STRUCTURE = re.compile(r"\s*(\||#{1,6}\s)")
"""Rows of tables and headings, which a converter wrote: the same head may stand on every sheet or slide."""
_NUMBER = re.compile(r"\d+")


def without_furniture(lines: list[Line]) -> tuple[list[Line], int]:
    """Return the lines without page furniture, and how many pieces of it there were."""
    repeated = _running(lines) | {n for n, line in enumerate(lines) if _COUNTED.fullmatch(plain(line.text))}
    kept = [line for number, line in enumerate(lines) if number not in repeated]
    kept, trailing = _without_trailing_numbers(kept)
    return kept, len(repeated) + trailing


def _running(lines: list[Line]) -> set[int]:
    """Lines at page edges that return on many pages, the page number in them counting up with the pages."""
    pages = {page: list(group) for page, group in groupby(range(len(lines)), key=lambda n: lines[n].page)}
    if len(pages) < 2:
        return set()
    few = len(pages) < FEWEST
    alike: dict[tuple, list[int]] = defaultdict(list)
    for page, numbers in pages.items():
        spoken = [n for n in numbers if lines[n].text.strip()]
        for number in _edges(spoken, PAIR if few else EDGE):
            if _STRUCTURE.match(lines[number].text):
                continue
            for key in _keys(plain(lines[number].text), page):
                alike[key].append(number)
    needed = max(len(pages) if few else FEWEST, SHARE * len(pages))
    return {n for same in alike.values() if len({lines[n].page for n in same}) >= needed for n in same}


def _edges(numbers: list[int], most: int) -> Iterable[int]:
    return dict.fromkeys(numbers[:most] + numbers[-most:])


def _keys(words: str, page: int) -> list[tuple]:
    """What a line shares with its likes on other pages: itself, or itself but for a number that follows the page.

    A bare number counts only in the second way: the figures of a table's last row are no furniture.
    """
    keys: list[tuple] = [] if words.isdigit() else [(words,)]
    for found in _NUMBER.finditer(words):
        if len(found[0]) <= 4:
            keys.append((words[:found.start()], int(found[0]) - page, words[found.end():]))
    return keys


def _without_trailing_numbers(lines: list[Line]) -> tuple[list[Line], int]:
    """A converter may hang a page's number on its last sentence: "…有所不同。  07", then 08, 09."""
    found = [(n, int(match[1])) for n, line in enumerate(lines) if (match := _TRAILING.search(line.text))]
    counting = {n for run in _runs(found) if len(run) >= RUN for n in run}
    return [line.saying(_TRAILING.sub("", line.text)) if n in counting else line for n, line in enumerate(lines)], len(
        counting
    )


def _runs(found: list[tuple[int, int]]) -> list[list[int]]:
    """Line numbers in runs whose values count up by one."""
    return [[line for line, _ in run] for _, run in groupby(
        [(line, value - place) for place, (line, value) in enumerate(found)], key=lambda each: each[1])]
