"""Read a clause again with its unknown words put as known ones of the same meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from copilot.planner.matching import normalise
from copilot.planner.reading import read_slots
from copilot.planner.router import Router
from copilot.planner.slots import Slots
from copilot.planner.vocabulary import Vocabulary

_AMOUNTS = frozenset({"count", "share", "amount"})
_COUNTED = {
    "share": ("率",), "money": ("金额", "额"), "count": ("人数", "客户数", "次数", "数"),
    "follow": ("次数", "数", "率"),
}  # fmt: skip
"""What a verb is counted by, as the names of metrics end: "唤醒了多少人" asks for 唤醒人数."""


def asks_amount(slots: Slots) -> bool:
    return bool(slots.cues & _AMOUNTS) and "howto" not in slots.cues


def restated(slots: Slots, words: Iterable[str], router: Router, vocabulary: Vocabulary) -> Slots | None:
    """The slots of the clause with these words of it so read; None where none of them means a known one."""
    said, read = normalise(slots.said), []
    for word in words:
        if known := _counted(word, slots, vocabulary) or router.meanings.known(word):
            said = said.replace(word, f" {known} " if known.isascii() else known, 1)
            read += [word, known]
    return replace(read_slots(said, vocabulary), read_as=tuple(read)) if read else None


def _counted(word: str, slots: Slots, vocabulary: Vocabulary) -> str:
    """The metric's name that the word begins."""
    if word.isascii() or slots.metrics not in {(), ("customers",)}:
        return ""
    endings = [end for cue, ends in _COUNTED.items() if cue in slots.cues for end in ends]
    return next((word + end for end in endings if word + end in vocabulary.metrics.terms), "")
