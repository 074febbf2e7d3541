"""What changed between two versions of a draft, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

from tools.results import Draft, Frozen

_WORD = re.compile(r"\{[a-z_]+\}|[A-Za-z0-9'’-]+|\s+|.", re.DOTALL)
_ENDS = ("。", "！", "？", ". ", "! ", "? ", "\n")
_ISLAND = 2
"""Unchanged words fewer than this between two changes count as changed: a lone 的 tells a reader nothing."""


class Change(Frozen):
    kind: Literal["same", "removed", "added"]
    words: str


def changes(old: Draft, new: Draft) -> dict[str, list[Change]]:
    """Part -> its words as they stayed, went and came; parts that did not change are left out."""
    parts = ("title", "preheader", "body", "button")
    return {part: word_diff(getattr(old, part), getattr(new, part)) for part in parts
            if getattr(old, part) != getattr(new, part)}


def word_diff(old: str, new: str) -> list[Change]:
    """Ratcliff-Obershelp matching over words, Han characters and merge fields (Python's difflib)."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    found: list[Change] = []
    removed, added = "", ""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (kind, i, j, k, m) in enumerate(blocks):
        inside = 0 < place < len(blocks) - 1
        if kind == "equal" and not (inside and j - i < _ISLAND):
            found += _told(removed, added)
            found.append(Change(kind="same", words="".join(before[i:j])))
            removed, added = "", ""
        else:
            removed, added = removed + "".join(before[i:j]), added + "".join(after[k:m])
    return _settled([*found, *_told(removed, added)])


def _settled(found: list[Change]) -> list[Change]:
    """A lone insertion or removal moved on to the end of a sentence, where the same letters allow it."""
    for at in range(1, len(found) - 1):
        before, change, after = found[at - 1 : at + 2]
        if (before.kind, after.kind) != ("same", "same"):
            continue
        left, words, right = before.words, change.words, after.words
        while words[0] == right[:1] and not left.endswith(_ENDS):
            left, words, right = left + words[0], words[1:] + words[0], right[1:]
        if left.endswith(_ENDS):
            found[at - 1 : at + 2] = [Change(kind="same", words=left), Change(kind=change.kind, words=words),
                                      Change(kind="same", words=right)]
    return [change for change in found if change.words]


def _told(removed: str, added: str) -> list[Change]:
    return [Change(kind=kind, words=words) for kind, words in (("removed", removed), ("added", added)) if words]
