"""Parts a text whose line breaks an extractor lost: chapters and numbered points glued into one line."""

from __future__ import annotations

import re

from knowledge.cleaning.lines import Line, kinds

LONG = 200
"""Characters of a line that may be several paragraphs."""
_CHAPTER = re.compile(r"(?<=[^\s\d])(?=(?:\d{2})?第[一二三四五六七八九十]{1,3}[章节節部])")
_POINT = re.compile(
    r"(?<=[。！？；”」])(?="
    r"[一二三四五六七八九十]{1,3}、"
    r"|[(（][一二三四五六七八九十]{1,3}[)）]"
    r"|\d{1,2}[.．、](?=[\u3400-\u9fff])"
    r"|(?:结语|結語|结论|結論|引言|前言|小结|小結)[：:]"
    r"|(?!的)[\u3400-\u9fff]{2,10}[：:])"
    r"|(?<=[\u3400-\u9fff])(?=\d{1,2}[.．、][\u3400-\u9fff]{2,12}[：:])"
)
_HEAD = re.compile(r"^(?:\d{2})?(第[一二三四五六七八九十]{1,3}[章节節部][^。，,；;：:]{2,40})$")


def parted(lines: list[Line]) -> tuple[list[Line], int]:
    """Return the lines with long ones parted at chapters and points, and how many breaks were put back."""
    found: list[Line] = []
    for line, kind in zip(lines, kinds(lines), strict=True):
        long = kind in ("prose", "list", "heading") and len(line.text) > LONG and not line.turns
        found += [Line(part, line.page) for part in _parts(line.text)] if long else [line]
    found = _below_their_heads(found)
    return found, len(found) - len(lines)


def _parts(text: str) -> list[str]:
    chapters = _CHAPTER.split(text)
    # "见第三章" is a reference; a table of contents or glued chapters come in threes.
    pieces = chapters if len(chapters) >= 3 else [text]
    return [part for piece in pieces for part in _POINT.split(piece) if part.strip()]


def _below_their_heads(lines: list[Line]) -> list[Line]:
    """Part a chapter's text from its heading, which the table of contents above spells."""
    heads = sorted({match[1] for line in lines if (match := _HEAD.match(line.text.strip()))}, key=len, reverse=True)
    found: list[Line] = []
    for line in lines:
        body = re.sub(r"^\d{2}", "", line.text)
        head = next((head for head in heads if body.startswith(head) and len(body) > len(head) + LONG // 4), None)
        if head is None or line.turns:
            found.append(line)
            continue
        at = len(line.text) - len(body) + len(head)
        found += [Line(line.text[:at], line.page), Line(line.text[at:], line.page)]
    return found
