"""Customers of the loaded data that a text mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from copilot.privacy.detectors import CUSTOMER, mask

PeopleIn = Callable[[str], Iterable[str]]
"""The customers (names, member numbers) that occur in a text, the longest first."""


def replaced(words: str, people: Iterable[str], stand_in: Callable[[str], str]) -> str:
    """`words` with `stand_in(person)` for each of `people`; no part of a longer number or Latin word is a person."""
    for person in people:
        left = r"(?<![A-Za-z0-9])" if _is_latin(person[0]) else ""
        right = r"(?![A-Za-z0-9])" if _is_latin(person[-1]) else ""
        words = re.sub(f"{left}{re.escape(person)}{right}", lambda match: stand_in(match.group()), words)
    return words


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def without_people(words: str, people_in: PeopleIn) -> str:
    """`words` with personal data masked by its shape, and the brand's customers as "[customer]"."""
    masked = mask(words)
    return replaced(masked, people_in(masked) if masked else (), lambda person: f"[{CUSTOMER}]")
