"""What an unknown word means: the nearest known one by sentence vectors, where no other sense is about as near."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

import numpy as np

from copilot.planner.lexicon import lexicon
from tools import catalog

_NEAR = {"cue": 0.7, "name": 0.8, "plain": 0.0}
"""Least cosine to the known word: a change that is heard wrongly costs a comparison, a name another figure."""
_LEAD = {"cue": 0.0, "name": 0.05, "plain": 0.0}
"""Least lead over the nearest word of another sense."""
_EITHER = 0.72
"""Least cosine to both of two names that a word may mean, for them to be offered."""
_CUES = ("moved", "why")
"""Cues that a single word can mean."""
_CHANGE = re.compile(r"[涨跌增减升降缩][^价值]?$|^[涨跌增减缩]")
"""Chinese words for a change hold its sign: "净增", "暴跌"."""


class Encoder(Protocol):
    name: str

    def embed(self, texts: list[str]) -> np.ndarray:
        """Unit vectors, shape (len(texts), dimension)."""
        ...


class Meanings:
    """Words of the lexicon and the catalogue by their senses; embedded at the first use."""

    def __init__(self, encoder: Encoder, listed: Encoder | None = None) -> None:
        """`listed` embeds the known words, where not `encoder` itself does."""
        self._encoder = encoder
        self._listed = listed or encoder

    def known(self, word: str) -> str:
        """The known word to read for this one, "" where none is near enough or two senses are."""
        if len(word) == 1:
            return ""
        if _CHANGE.search(word):
            return "变化"
        senses, kinds, terms, vectors = self._terms
        nearness = vectors @ self._encoder.embed([word])[0]
        best = int(np.argmax(nearness))
        lead = nearness[best] - nearness[senses != senses[best]].max()
        near = nearness[best] >= _NEAR[kinds[best]] and lead >= _LEAD[kinds[best]]
        return terms[best] if near and kinds[best] != "plain" else ""

    def either(self, word: str) -> tuple[str, str] | tuple[()]:
        """The nearest known names of two senses, where both are near and neither leads; () where one is meant or none.
        """
        if len(word) == 1 or _CHANGE.search(word):
            return ()
        senses, kinds, terms, vectors = self._terms
        nearness = np.where(np.array(kinds) == "name", vectors @ self._encoder.embed([word])[0], 0)
        best = int(np.argmax(nearness))
        second = int(np.argmax(np.where(senses == senses[best], 0, nearness)))
        apart = nearness[best] - nearness[second]
        return (terms[best], terms[second]) if nearness[second] >= _EITHER and apart < _LEAD["name"] else ()

    def warm(self) -> None:
        """Embed the words before the first question needs them."""
        _ = self._terms

    @cached_property
    def _terms(self) -> tuple[np.ndarray, list[str], list[str], np.ndarray]:
        known = list(dict.fromkeys(_known()))
        senses, kinds, terms = (list(column) for column in zip(*known, strict=True))
        return np.array(senses), kinds, terms, self._listed.embed(terms)


def _known() -> Iterator[tuple[str, str, str]]:
    """Senses, their kinds and their words."""
    book, catalogue = lexicon(), catalog.builtin()
    changes = book.cues["moved"].terms
    yield from (("plain", "plain", word) for word in sorted(book.plain) if len(word) > 1 and word not in changes)
    for cue in _CUES:
        yield from ((cue, "cue", term) for term in book.cues[cue].terms)
    yield from ((f"tier {tier}", "name", term) for term, tier in book.tiers.terms.items())
    for name, metric in (catalogue.metrics | catalogue.unsupported).items():
        titles = (metric.title.zh, metric.title.en, *metric.synonyms.zh, *metric.synonyms.en)
        yield from ((name, "name", term) for term in titles)
