"""Where a clause has two readings that are about as near: one short question offers both, and the reply decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from copilot.catalogue import has, text
from copilot.planner.matching import normalise
from copilot.planner.reading import read_slots
from copilot.planner.router import Router
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools import catalog

WHICH = "ask.which"
_SHORT = 24
"""Characters of a reply, at most."""
_FIRST = re.compile(
    r"(?:是|要|就|选|那|的)*(?:第?[一1]个?|前者|前面(?:那|的)?个?|a)(?:吧|的|呢|个|\W)*|(?:the )?(?:first"
    r"|former|1st|1|one|a)(?: one)?\W*"
)
_SECOND = re.compile(
    r"(?:是|要|就|选|那|的)*(?:第?[二2]个?|后者|后面(?:那|的)?个?|b)(?:吧|的|呢|个|\W)*|(?:the )?(?:second"
    r"|latter|2nd|2|two|other|b)(?: one)?\W*"
)
_METRIC = "metric:"


def of_a_word(slots: Slots, words: Iterable[str], router: Router | None) -> Step | None:
    """The question that offers the two senses of an unknown word; None where none has two."""
    unknown = list(dict.fromkeys(words))
    if router is None or slots.read_as or slots.metrics or len(unknown) != 1:
        return None
    pair = router.meanings.either(unknown[0])
    return Step(WHICH, slots=replace(slots, condition=unknown[0], asked=pair)) if pair else None


def chosen(question: str, earlier: Step | None) -> str:
    """Which of the offered readings a reply takes; "" where it asks something else."""
    words = normalise(question)
    if earlier is None or earlier.focus != WHICH or len(words) > _SHORT:
        return ""
    first, second = earlier.slots.asked
    if _FIRST.fullmatch(words):
        return first
    if _SECOND.fullmatch(words):
        return second
    named = {each: [len(name) for name in _names(each) if name in words] for each in (first, second)}
    longest = {each: max(lengths, default=0) for each, lengths in named.items()}
    best = max(longest, key=longest.__getitem__)
    return best if longest[best] > min(longest.values()) else ""


def as_chosen(option: str, slots: Slots, vocabulary: Vocabulary) -> tuple[str, Slots]:
    """The focus and the slots of what was asked, read as the reply says; "" for a focus that the words tell."""
    if slots.condition:
        known = f" {option} " if option.isascii() else option
        read = read_slots(normalise(slots.said).replace(slots.condition, known, 1), vocabulary)
        return "", read
    kept = replace(slots, asked=())
    if option.startswith(_METRIC):
        return "metric", replace(kept, metrics=(option.removeprefix(_METRIC),))
    return option, kept


def offered(slots: Slots, language: str) -> str:
    first, second = (_title(each, language) for each in slots.asked)
    key = "which_word" if slots.condition else "which"
    return text(f"planner.ask.{key}", language, word=slots.condition, first=first, second=second)


def titles(slots: Slots, language: str) -> list[str]:
    return [_title(each, language) for each in slots.asked]


def _names(option: str) -> set[str]:
    """What an option may be called in a reply."""
    names = {option, *(_title(option, language) for language in ("zh", "en"))}
    if known := catalog.metrics().get(_metric_of(option)):
        names |= {*known.synonyms.zh, *known.synonyms.en}
    return {name.lower() for name in names}


def _title(option: str, language: str) -> str:
    """A metric by its title, a kind of answer by its name, a word as it is."""
    name = _metric_of(option)
    known = catalog.metrics().get(name)
    if known is not None:
        return getattr(known.title, language)
    key = f"planner.reading.{option}"
    return text(key, language) if has(key) else option


def _metric_of(option: str) -> str:
    """The metric that an option stands for, by its label or one of its names."""
    if option.startswith(_METRIC):
        return option.removeprefix(_METRIC)
    known = catalog.metrics()
    names = (name for name, metric in known.items() if option in {*metric.synonyms.zh, *metric.synonyms.en,
                                                                   metric.title.zh, metric.title.en})  # fmt: skip
    return next(names, "")
