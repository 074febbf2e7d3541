"""Headings of Markdown and of Chinese documents: 第X章, 一、 （一） 1. 1.1, and a line in bold alone."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_CHINESE = "[一二三四五六七八九十百零〇\\d]{1,4}"
_SYSTEMS = [
    (10, re.compile(rf"^(?:\d{{2}}\s*)?第{_CHINESE}[部编編篇卷]分?")),
    (11, re.compile(rf"^(?:\d{{2}}\s*)?第{_CHINESE}章")),
    (12, re.compile(rf"^第{_CHINESE}[节節]")),
    (13, re.compile(r"^[一二三四五六七八九十]{1,3}[、．.]")),
    (14, re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]")),
    (18, re.compile(r"^\d{1,2}(?:\.\d{1,2}){2}(?![\d.])\s*(?=[^\W\d])")),
    (17, re.compile(r"^\d{1,2}\.\d{1,2}(?![\d.])(?:\s+|(?=[\u3400-\u9fff]))(?=[^\W\d])")),
    (16, re.compile(r"^\d{1,2}[.、．]\s*(?=[^\W\d])")),
    (19, re.compile(r"^[(（]\d{1,2}[)）]")),
]
"""(rank, marker): a heading is below those of smaller rank; Markdown's are 1 to 6, a bold line 7."""
_BOLD = re.compile(r"^\*\*([^*]+)\*\*[:：]?$")
_SENTENCE = re.compile(r"[。！？；，,;!?：:…]|\.$|\.\s")
LONGEST = 40
"""Characters of a numbered heading; a longer line is a paragraph that begins with a number."""
ALONE = 12
"""Up to this rank a marker may stand alone: "第三部分"."""
NUMBERED = (16, 19)
"""Ranks that the items of a list have as well."""


def markdown(text: str) -> tuple[int, str] | None:
    """Return (rank, name) of a Markdown heading."""
    found = _MARKDOWN.match(text)
    return (len(found[1]), found[2]) if found else None


def rank(text: str) -> int | None:
    """Return the rank of a heading line of any system, None for another line."""
    found = heading(text)
    return found[0] if found else None


def heading(text: str) -> tuple[int, str] | None:
    """Return (rank, name) of a heading line: Markdown's, numbered, or in bold alone."""
    text = text.strip()
    if found := markdown(text):
        return found
    if len(text) > LONGEST:
        return None
    if bold := _BOLD.match(text):
        return 7, bold[1].strip()
    for value, marker in _SYSTEMS:
        found = marker.match(text)
        rest = text[found.end():] if found else ""
        if found and (rest or value <= ALONE) and not _SENTENCE.search(rest):
            return value, text
    return None


def run_in(text: str) -> tuple[int, str] | None:
    """Return (rank, name) of a heading that its paragraph follows on the same line: "1.成本：…" -> "1.成本"."""
    text = text.strip()
    for value, marker in _SYSTEMS:
        found = marker.match(text)
        if found:
            name = re.match(r"\s*[^。！？；，,;!?：:]{2,24}(?=[：:])", text[found.end():])
            return (value, text[:found.end()] + name[0]) if name else None
    return None
