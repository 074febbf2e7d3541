"""A text as a person reads it, and where each of its letters is written.

Full-width digits, letters that nobody sees and JSON's escapes hide what is looked for; what is not looked for must stay
as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from knowledge.cleaning.script import visible

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LETTER = re.compile(r"(?:\\u[0-9a-fA-F]{4}|[\s\S])[\u0300-\u036f\u3099\u309a]*")
"""A letter with the marks on it, as they fold together."""


class Piece(NamedTuple):
    start: int
    end: int
    put: str
    """What is to stand there."""


class Reading:
    """What a person reads in `words`; where it is written is found out at the first question."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.text = fold(words)

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where letters `start` to `end` of the text are written."""
        return self._places[start][0], self._places[end - 1][1]

    @cached_property
    def _places(self) -> Sequence[tuple[int, int]]:
        if self.text == self._words:
            return [(at, at + 1) for at in range(len(self.text))]
        letters = [(letter, written.span()) for written in _LETTER.finditer(self._words) for letter in fold(written[0])]
        if "".join(letter for letter, _ in letters) != self.text:  # marks of a script that fold over more than a letter
            return [(0, len(self._words))] * len(self.text)
        return [place for _, place in letters]


def fold(words: str) -> str:
    """`words` as a person reads them: no invisible letters, no compatibility forms, no JSON escapes."""
    if words.isascii() and "\\" not in words and words.isprintable():
        return words
    return unicodedata.normalize("NFKC", visible(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), words)))


def put(words: str, pieces: Iterable[Piece]) -> str:
    """`words` with each piece in its place; of two that overlap the first one given stands."""
    taken, covered = [], bytearray(len(words))
    for piece in pieces:
        if not any(covered[piece.start : piece.end]):
            covered[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
            taken.append(piece)
    said, at = [], 0
    for piece in sorted(taken):
        said += [words[at : piece.start], piece.put]
        at = piece.end
    return "".join([*said, words[at:]])


def outside(words: str, marks: re.Pattern[str], change: Callable[[str], str]) -> str:
    """`words` with everything but the marks changed."""
    said, at = [], 0
    for mark in marks.finditer(words):
        said += [change(words[at : mark.start()]), mark.group()]
        at = mark.end()
    return "".join([*said, change(words[at:])])
