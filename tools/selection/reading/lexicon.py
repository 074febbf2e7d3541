"""Every word that the reader knows, compiled once for one brand's data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from tools.definitions import LOADER
from tools.selection.reading.text import plain
from tools.terms import any_word
from tools.traits.trait import Trait, TraitCatalog
from tools.windows import locate_windows

DIMENSIONS = ("tier", "lifecycle", "member_level", "category", "channel", "city", "region", "product", "campaign")
"""What values belong to; where a word is a value of two, the first counts."""

_PLURALS = ("s", "es", "'s")


@cache
def raw() -> dict[str, Any]:
    text = resources.files("tools.selection.reading").joinpath("words.yaml").read_text("utf-8")
    return yaml.load(text, Loader=LOADER)


@dataclass(frozen=True)
class Term:
    """What a word is: its kind and, within that, which."""

    kind: str
    key: Any = ""


EVER = "ever"
"""Key of a negation that holds for all time: "never" takes no window from beside it."""
AGAIN = "again"
"""Key of a negation that speaks of what came after: "没再" counts from the condition before it."""
CUES = ("then", "each", "unknown", "and", "or", "except", "except_end", "not", "more", "at_least", "less", "at_most",
        "exactly", "only", "or_more", "or_less", "before", "after", "ago", "between", "buy", "pay", "prefer",
        "consent", "refuse", "touch", "acquire", "first", "last", "register", "refund")  # fmt: skip
COMPARISONS = {"more": ">", "at_least": ">=", "less": "<", "at_most": "<=", "exactly": "=", "only": "=",
               "or_more": ">=", "or_less": "<="}  # fmt: skip


class Lexicon:
    """Words of the language, the trait catalogue, the data's values and the saved segments."""

    def __init__(
        self,
        catalog: TraitCatalog,
        values: Mapping[str, Iterable[str]],
        as_of: date,
        segments: Iterable[str] = (),
        lists: Iterable[str] = (),
    ) -> None:
        self._as_of = as_of
        self._terms: dict[str, Term] = {}
        for words, term in self._all(catalog, values, segments, lists):
            self._add(words, term)
        ordered = sorted(self._terms, key=len, reverse=True)
        self._pattern = re.compile(any_word(ordered))

    def at(self, clean: str, start: int) -> tuple[int, Term] | None:
        """End and meaning of the longest word that begins at `start`."""
        match = self._pattern.match(clean, start)
        if match is None:
            return None
        said = match.group().replace("-", " ")
        for form in (said, *(said.removesuffix(ending) for ending in _PLURALS if said.endswith(ending))):
            if form in self._terms:
                return match.end(), self._terms[form]
        return None

    def _add(self, words: Iterable[str], term: Term) -> None:
        for word in words:
            clean = plain(word, self._as_of).replace("-", " ")
            if clean:
                self._terms.setdefault(clean, term)

    def _all(
        self, catalog: TraitCatalog, values: Mapping[str, Iterable[str]], segments: Iterable[str], lists: Iterable[str]
    ) -> Iterator[tuple[list[str], Term]]:
        # In order of precedence: the first to claim a word keeps it.
        book = raw()
        yield from ((book[cue], Term(cue)) for cue in CUES)
        yield book["never"], Term("not", EVER)
        yield book["not_again"], Term("not", AGAIN)
        for kind in ("presets", "vague"):
            yield from ((entry["says"], Term(kind, name)) for name, entry in book[kind].items())
        yield from ((words, Term("trait", name)) for name, words in book["traits"].items() if name in catalog.traits)
        yield from ((words, Term("reach", name)) for name, words in book["reach"].items())
        yield from _closed_values(catalog)
        for dimension in DIMENSIONS:
            for value in values.get(dimension, ()):
                yield [value, *_aliases(dimension, value)], Term("value", (dimension, value))
        yield from (([name], Term("segment", name)) for name in segments)
        yield from (([name], Term("list", name)) for name in lists)
        for name, trait in catalog.traits.items():
            yield [word for word in names(trait) if not self._said_otherwise(name, word)], Term("trait", name)
        yield from ((words, Term("filler")) for words in book["filler"].values())

    def _said_otherwise(self, name: str, word: str) -> bool:
        """Whether a trait's name is read part by part: "近365天订单数", or "短信授权" as in "短信和邮件授权"."""
        if name.startswith("consent_") or name == "unreachable":
            return any(cue in word.lower() for cue in raw()["consent"])
        clean = plain(word, self._as_of)
        found = locate_windows(clean, self._as_of, self._as_of)
        return any(re.search(r"\d", clean[start:end]) for start, end, _ in found)


def names(trait: Trait) -> list[str]:
    return [trait.title.zh, trait.title.en, *trait.synonyms.zh, *trait.synonyms.en, trait.name.replace("_", " ")]


def _closed_values(catalog: TraitCatalog) -> Iterator[tuple[list[str], Term]]:
    for dimension in DIMENSIONS:
        trait = catalog.traits.get(dimension)
        for value in trait.values if trait else ():
            said = [value.title.zh, value.title.en, *value.synonyms.zh, *value.synonyms.en]
            yield said, Term("value", (dimension, value.name))


def _aliases(dimension: str, value: str) -> list[str]:
    known = raw()["values"].get(dimension, {})
    return [word for part, words in known.items() if part in value for word in words]
