"""The normal form rules match on, with the way back to the text as written.

NFKC, no zero-width characters, no blanks between Han, simplified characters, lower case. `{offer}` is
read as the offer's words, every other merge field as one private character.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from opencc import OpenCC

FIELD_MARK = "\ue000"
_FIELD = re.compile(r"\{[a-z_]+\}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_BLANK_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")


class Normal(NamedTuple):
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """Span in the original of each character of `text`."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original span of `text[start:end]`."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], max(self.ends[start:end])


def normalise(text: str, offer_text: str = "") -> Normal:
    letters: list[tuple[str, int, int]] = []
    at = 0
    for field in _FIELD.finditer(text):
        letters += _plain(text, at, field.start())
        stands_for = offer_text if field.group() == "{offer}" and offer_text else FIELD_MARK
        letters += [(letter, field.start(), field.end()) for raw in stands_for for letter in _normal_letter(raw)]
        at = field.end()
    letters += _plain(text, at, len(text))
    dropped = {at for blank in _BLANK_BETWEEN_HAN.finditer("".join(letter[0] for letter in letters))
               for at in range(*blank.span())}
    kept = [letter for at, letter in enumerate(letters) if at not in dropped]
    return Normal("".join(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))


def _plain(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    return [(letter, at, at + 1) for at in range(start, end) for letter in _normal_letter(text[at])]


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _normal_letter(raw: str) -> str:
    if unicodedata.category(raw) == "Cf" or raw in "\ufe0e\ufe0f":
        return ""
    letter = unicodedata.normalize("NFKC", raw)
    return (_simplifier().convert(letter) if _HAN.search(letter) else letter).lower()
