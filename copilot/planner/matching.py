"""Find known words in a question: longest first, never inside another English word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import opencc

from tools.terms import any_word, word_end


@dataclass(frozen=True)
class Match:
    key: str
    start: int
    end: int

    def inside(self, other: Match) -> bool:
        return other.start <= self.start and self.end <= other.end

    def overlaps(self, other: Match) -> bool:
        return self.start < other.end and other.start < self.end


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def normalise(words: str) -> str:
    """Half-width, simplified, lower case, single spaces: what every lexicon is written in."""
    half = unicodedata.normalize("NFKC", words).lower().replace("’", "'")
    simplified = half if half.isascii() else _to_simplified().convert(half)
    return re.sub(r"\s+", " ", simplified).strip()


class Matcher:
    """Finds terms of several keys in normalised text."""

    def __init__(self, terms: Mapping[str, Iterable[str]]) -> None:
        self._key_of = {_plain(normalise(term)): key for key, words in terms.items() for term in words if term}
        ordered = sorted(self._key_of, key=len, reverse=True)
        self._pattern = re.compile(any_word(ordered, _end)) if ordered else None

    def find(self, words: str) -> list[Match]:
        """Matches in order of appearance, not overlapping; `words` must be normalised."""
        if self._pattern is None:
            return []
        found = []
        for match in self._pattern.finditer(words):
            term = match.group()
            key = next((self._key_of[form] for form in _forms(_plain(term)) if form in self._key_of), None)
            if key:
                found.append(Match(key, match.start(), match.end()))
        return found

    @property
    def terms(self) -> dict[str, str]:
        """Terms and their keys."""
        return self._key_of

    def keys(self, words: str) -> list[str]:
        return list(dict.fromkeys(match.key for match in self.find(words)))


def blank(words: str, found: Iterable[Match]) -> str:
    """The text with the matches blanked out, as long as before."""
    for match in found:
        words = words[: match.start] + " " * (match.end - match.start) + words[match.end :]
    return words


def _end(term: str) -> str:
    """What must follow a term: the number of customers (用户数) is not the beginning of their data (用户数据)."""
    return "(?!据)" if term.endswith("数") else word_end(term)


def _plain(term: str) -> str:
    """Hyphens count as spaces: "high-value" is "high value"."""
    return term.replace("-", " ")


def _forms(term: str) -> list[str]:
    """The term and what it may be the plural or genitive of."""
    return [term, *(term.removesuffix(ending) for ending in ("s", "es", "'s") if term.endswith(ending))]
