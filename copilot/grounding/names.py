"""Where a text names a row of the evidence: a tier, a channel, a month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from copilot.catalogue import LANGUAGES
from copilot.formatting import NAMED, value_name
from copilot.grounding.facts import Fact, Label
from copilot.grounding.figures import MONTHS

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SHORTEST = {"han": 2, "latin": 3}
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Named:
    start: int
    end: int
    label: Label


class Names:
    """Every label that tells rows apart, with the ways to write it."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._patterns: list[tuple[Label, re.Pattern[str]]] = []
        for label in sorted(_telling(facts)):
            if written := _written(label):
                self._patterns.append((label, re.compile("|".join(written), re.IGNORECASE)))

    def within(self, words: str) -> list[Named]:
        """Return the labels named, in order; of two that overlap the longer one."""
        found = [Named(*match.span(), label) for label, pattern in self._patterns for match in pattern.finditer(words)]
        found.sort(key=lambda each: (each.start - each.end, each.start))
        kept: list[Named] = []
        for each in found:
            clash = [other for other in kept if each.start < other.end and other.start < each.end]
            if all((other.start, other.end) == (each.start, each.end) for other in clash):
                kept.append(each)  # "August" is each August there is
        return sorted(kept, key=lambda each: each.start)


def _telling(facts: Iterable[Fact]) -> set[Label]:
    """Labels of dimensions that have at least two values."""
    labels = {label for fact in facts for label in fact.labels}
    values: dict[str, int] = {}
    for dimension, _ in labels:
        values[dimension] = values.get(dimension, 0) + 1
    return {label for label in labels if values[label[0]] > 1}


def _written(label: Label) -> list[str]:
    dimension, value = label
    if month := _MONTH.fullmatch(value):
        return _month(int(month[1]), int(month[2]))
    names = {value_name(dimension, value, language) for language in LANGUAGES}
    if dimension in NAMED:
        names = {name for name in names if name != value}
        return [pattern for name in sorted(names) for pattern in _named(name)]
    return [_plain(name) for name in sorted(names) if len(name) >= _SHORTEST["han" if _HAN.search(name) else "latin"]
            and not name.replace(".", "").isdigit()]  # fmt: skip


def _named(name: str) -> list[str]:
    """A tier or stage: 高价值用户 is also 高价值; in English only as a name, for "potential" is a word of its own."""
    if _HAN.search(name):
        return [re.escape(name.removesuffix("用户"))]
    noun = r"(?:[-\s](?:tier|customers?|users?|segment|group|ones)\b)"
    whole = re.escape(name).replace("\\-", "[-\\s]")
    if "-" in name:
        return [rf"\b{whole}\b"]
    return [rf"(?-i:\b{whole}\b)", rf"\b{whole}{noun}"]


def _plain(name: str) -> str:
    return re.escape(name) if _HAN.search(name) else rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"


def _month(year: int, month: int) -> list[str]:
    named = MONTHS[month - 1]
    case = "(?-i:May)" if month == 5 else rf"\b{named}\b"
    return [
        rf"(?<!\d){year}-{month:02}(?!-?\d)", rf"{year}\s?年\s?0?{month}\s?月(?!\s?\d)",
        rf"(?<![\d年])(?<!年\s)0?{month}\s?月(?![\d份]?\s?\d)", rf"{case}(?!\s+\d{{4}})", rf"\b{named}\s+{year}\b",
    ]  # fmt: skip
