"""What changed between two versions of a draft, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

from tools.results import Draft, Frozen

_WORD = re.compile(r"\{[a-z_]+\}|[A-Za-z0-9'’-]+|\s+|.", re.DOTALL)
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
    return [*found, *_told(removed, added)]


def _told(removed: str, added: str) -> list[Change]:
    return [Change(kind=kind, words=words) for kind, words in (("removed", removed), ("added", added)) if words]
