"""Words looked for in what people write."""

from __future__ import annotations

import re


def whole_word(word: str) -> str:
    """A word as a pattern: an English one ends where it ends, and may be plural or genitive."""
    pattern = re.escape(word).replace(r"\ ", r"[ -]")
    if word[0].isascii() and word[0].isalnum():
        pattern = rf"(?<![a-z0-9]){pattern}"
    if word[-1].isascii() and word[-1].isalpha():
        pattern = rf"{pattern}(?:s|es|'s)?(?![a-z])"
    return pattern
