"""What still stands in the way of a figure when a clause is heard without its unknown words: a name, a number or a
condition that nothing took. What an unknown name means by its vector is put in its place.
"""

from __future__ import annotations

import re

from copilot.planner.daytimes import CLOCK
from copilot.planner.dictionary import tag
from copilot.planner.leftover import leftover, unusable_condition
from copilot.planner.matching import blank, normalise
from copilot.planner.numbers import AGE, HORIZON, PERIOD, STEP
from copilot.planner.ordervalues import between_bands, said_of_orders
from copilot.planner.router import Router
from copilot.planner.slots import Slots
from copilot.planner.splits import TOP
from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary

_NUMBER = re.compile(r"\d[\d,.]*[百千万k]?|(?<=[过满超到])[一二两三四五六七八九十百千万]+")
_ACRONYM = 5
"""Letters of an acronym at most."""
_SPLIT = (r"(?:按|每个?|各个?|分){word}", r"^{word}.{{0,8}}[卖销]", r"[卖买][了过]?{word}")
_SPLIT_EN = (
    r"\b(?:through|via) (?:(?:our|the|an?|any) )?{word}\b",
    r"\b(?:per|by|each|every) (?:[a-z]+ )?{word}\b",
    r"\b(?:how many|number of|sales of|revenue (?:from|of)|buy|bought|sell|sold) "
    r"(?:(?:our|the|an?|any) )?(?:[a-z]+ )?{word}\b",
)
_FIFTH = {"20", "2", "8", "28", "80"}
"""Numbers that say "the best fifth": 20 %, 两成, the 80/20 rule, 二八."""
_CUT = 1
"""Characters before the second half of a Chinese name that a clause begins with."""


def with_names(clause: str, vocabulary: Vocabulary, router: Router) -> tuple[str, tuple[str, ...]] | None:
    """The clause with the data's names for those that mean the same, and both; None where one may be some goods'."""
    read: list[str] = []
    said = normalise(clause)
    for words in _phrases(leftover(clause, vocabulary), said):
        near = router.names.nearest(words, vocabulary) if len(words) > 1 else None
        if near is not None and not near.meant:
            return None
        if near is not None:
            said = said.replace(words, f" {near.name} ", 1)
            read += [words, near.name]
    return (said if read else clause), tuple(read)


def _phrases(words: list[str], said: str) -> list[str]:
    """Unknown words, neighbours as one: "cast iron pan"."""
    joined: list[str] = []
    for word in words:
        together = f"{joined[-1]} {word}" if joined else ""
        if together and together in said:
            joined[-1] = together
        else:
            joined.append(word)
    return joined


def is_bound(slots: Slots, vocabulary: Vocabulary, router: Router, *, counts: bool = True) -> bool:
    """Whether a condition, or a number where `counts`, is left that no tool applies."""
    if between_bands(slots.text) or unusable_condition(slots.said, vocabulary):
        return True
    words = leftover(slots.said, vocabulary)
    return (counts and _numbers(slots, vocabulary)) or any(
        _is_a_name(word, slots.text, router) or _narrows(word, slots.text) for word in words
    )


def _numbers(slots: Slots, vocabulary: Vocabulary) -> bool:
    """Whether the clause has a number that is no day, no part of a name or a metric's ("90天复购率") and no "top 5"."""
    words = template(slots.said, vocabulary)
    words = blank(words, said_of_orders(words))
    for known in (AGE, PERIOD, STEP, HORIZON, CLOCK, TOP):
        words = known.sub(" ", words)
    told = {"1", str(slots.limit), *(name.rpartition("_")[2].removesuffix("d") for name in slots.metrics)}
    told |= {str(len(values)) for values in slots.filters.values()}  # "Guangzhou and Shenzhen, the 2 of them"
    told |= _FIFTH if "top20_revenue_share" in slots.metrics else set()
    return not told.issuperset(_NUMBER.findall(words))


def _narrows(word: str, text: str) -> bool:
    """Whether a word says by what a figure is split, or what was sold: "per rep", "保温杯卖了几只"."""
    patterns = _SPLIT_EN if word.isascii() else _SPLIT
    return any(re.search(pattern.format(word=re.escape(word)), text) for pattern in patterns)


def _is_a_name(word: str, text: str, router: Router) -> bool:
    """Whether a word may be the name of another brand or a measure of its own: it owns something, is no common word
    and short, or begins the clause as the second half of a name that was cut in two.
    """
    if word.isascii():
        return f"{word}'s" in text or (len(word) <= _ACRONYM and not router.is_word(word))
    return not router.is_word(word) and text.find(word) == _CUT and tag(word)[:1] in {"n", ""}
