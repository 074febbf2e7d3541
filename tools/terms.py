"""Words looked for in what people write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby


def whole_word(word: str) -> str:
    """A word as a pattern: an English one ends where it ends, and may be plural or genitive."""
    return f"{_head(word)}{_body(word)}{word_end(word)}"


def word_end(word: str) -> str:
    """What may and must follow a word."""
    return r"(?:s|es|'s)?(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""


def any_word(words: Iterable[str], end: Callable[[str], str] = word_end) -> str:
    """Any of the words as a pattern, each as `whole_word`, an earlier one before a later one.

    What neighbours share at their ends is written once: Python takes its time to compile a pattern.
    """
    alike = groupby(sorted(words, key=_head), key=_head)  # no character begins a word of either kind
    return "|".join(f"{head}(?:{_either(some, end)})" for head, some in alike)


def _either(words: Iterable[str], end: Callable[[str], str]) -> str:
    return "|".join(f"(?:{'|'.join(map(_body, run))}){last}" for last, run in groupby(words, key=end))


def _head(word: str) -> str:
    return "(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""


def _body(word: str) -> str:
    return re.escape(word).replace(r"\ ", r"[ -]")
