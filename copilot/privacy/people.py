"""Customers of the loaded data that a text mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from copilot.privacy.detectors import CUSTOMER, mask
from copilot.privacy.spelling import Piece, Reading, fold, put
from knowledge.cleaning import simplified
from knowledge.cleaning.script import traditional

_HAN = "[\u4e00-\u9fff]"
_MARK = r"[ ·._/,\-]?"
_PARTED = re.compile(rf"(?<={_HAN})[ ·._/,\-](?={_HAN})")
PeopleIn = Callable[[str], Iterable[str]]
"""The customers (names, member numbers) that occur in a text, the longest first."""


def replaced(words: str, people: Iterable[str], stand_in: Callable[[str], str]) -> str:
    """`words` with `stand_in(person)` for each of `people`, the first in the list before the next; no part of a longer
    number or Latin word is a person."""
    reading, pieces = Reading(words), []
    for person in people:
        for match in _spelt(person).finditer(reading.text):
            start, end = reading.written(*match.span())
            pieces.append(Piece(start, end, stand_in(words[start:end])))
    return put(words, pieces)


def named(words: str, people_in: PeopleIn) -> list[str]:
    """The customers that `words` name, however they are spelt."""
    if not words:
        return []
    plain = readable(words)
    # One look at the customers for both spellings: no value goes over a line's end.
    return list(people_in(words if plain == words else f"{words}\n{plain}"))


def readable(words: str) -> str:
    """`words` for a search for names: what nobody sees, marks between letters and traditional forms taken away."""
    return _PARTED.sub("", simplified(fold(words)))


@lru_cache(maxsize=4096)
def _spelt(person: str) -> re.Pattern[str]:
    """A name with traditional letters, or with one mark between its letters; a Latin one or a number as it is."""
    if not person.isascii():
        return re.compile(_MARK.join(f"[{re.escape(each + traditional(each))}]" for each in fold(person)))
    left = r"(?<![A-Za-z0-9])" if _is_latin(person[0]) else ""
    right = r"(?![A-Za-z0-9])" if _is_latin(person[-1]) else ""
    return re.compile(f"{left}{re.escape(person)}{right}")


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def without_people(words: str, people_in: PeopleIn) -> str:
    """`words` with personal data masked by its shape, and the brand's customers as "[customer]"."""
    masked = mask(words)
    return replaced(masked, named(masked, people_in), lambda person: f"[{CUSTOMER}]")
