"""A sentence in the form it is read in, and the way back to the words as they were written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache

from opencc import OpenCC

from tools.time_words import normalise

_SAID_AS = (
    (re.compile(r"\bsince the end of\b"), "after"),
    (re.compile(r"\b(?:bought|ordered|purchased) nothing\b"), "no order"),
    (re.compile(r"\bnothing(?: at all)?(?= (?:since|in|for|after|this)\b)"), "no order"),
    (re.compile(r"((?:再也?|还)?[没未]有?再?)(?:回来|来|光顾|露面|出现)过?(?![自源])"), r"\1下单"),
    (re.compile(r"(?<=\d月)(?=\d{1,2}月)"), "、"),
    (re.compile(r"(?<![近上下去前后])半年(?=里|内|都|[没未])"), "6个月"),
    (re.compile(r"\bhalf a year\b"), "6 months"),
    (re.compile(r"\bboth (?=(?:on|from|in|at|via|through)\b(?!.*\band\b))"), "each-of-both "),  # not known
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/(?=\s)"), "with"),
    (re.compile(r"\s[-–—]+\s"), ", "),
    (re.compile(r"1[次回][都也]?(?=[没未])"), ""),  # "一次都没买过" counts nothing
)
"""Idioms, as the lexicon has them."""


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def plain(words: str, as_of: date) -> str:
    """Simplified, half-width, lower case, digits for number words; what every lexicon is compiled in."""
    # A full-width comma never groups digits.
    words = _simplified().convert(unicodedata.normalize("NFKC", words.replace("，", "， ")))
    # "二单" alone is the second order, not two of them.
    words = re.sub(r"(?<![第\d])([二三])单(?=[还没未客转用])", r"第\1单", words)
    words = re.sub(r"([一二三四五六七八])([二三四五六七八九])月", r"\1月\2月", words)
    words = re.sub(r"[ \t]+", " ", normalise(words, as_of))
    for pattern, said in _SAID_AS:
        words = pattern.sub(said, words)
    return words


@dataclass(frozen=True)
class Sentence:
    """`clean` is read; `quote` gives the original words of a part of it."""

    original: str
    clean: str
    places: tuple[int, ...]
    """For each character of `clean`, and its end, the place in `original`."""

    @classmethod
    def of(cls, words: str, as_of: date) -> Sentence:
        clean = plain(words, as_of)
        if clean == words.lower():
            return cls(words, clean, tuple(range(len(clean) + 1)))
        places = [0] * (len(clean) + 1)
        matcher = SequenceMatcher(None, words.lower(), clean, autojunk=False)
        for _, start, end, clean_start, clean_end in matcher.get_opcodes():
            for offset in range(clean_end - clean_start):
                places[clean_start + offset] = min(start + offset, max(end - 1, start))
        places[len(clean)] = len(words)
        return cls(words, clean, tuple(places))

    def quote(self, start: int, end: int) -> str:
        """The original words of `clean[start:end]`."""
        last = self.places[end] if end < len(self.places) else len(self.original)
        return self.original[self.places[start] : max(last, self.places[start] + 1)].strip()
