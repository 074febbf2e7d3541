"""What a short clause adds to the people of before, exchanges among them, or asks of them."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.people import ACTS, LONE, MIXED, PROFILED, Wish, settled, wish_of
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary
from tools import catalog

_INSTEAD = re.compile(r"^(?:and )?(?:what|how) about\b|^(?:换成|改成)|^那?[^只仅]{1,8}呢\W*$")


def follow_selection(slots: Slots, context: Step, vocabulary: Vocabulary) -> tuple[str, Slots] | None:
    """What a clause adds to the people of before, or asks of them."""
    if slots.cues & ACTS:
        return None
    earlier = context.slots.words if context.focus == "select" else _told_as_words(slots, context, vocabulary)
    if not earlier:
        return None
    wish = wish_of(slots, vocabulary)
    if slots.save_as and not _adds(wish.words):
        return settled(slots, Wish(earlier, ()), vocabulary)
    if set(wish.asked) - set(PROFILED) - set(MIXED):
        return None
    if lexicon().cues["reach"].find(slots.text):  # of these people, not the metric of the same words
        slots = replace(slots, cues=slots.cues | {"reach"})
    aside = wish.asked or {"reach", "profile"} & slots.cues or set(slots.dimensions) & set(MIXED)
    leans = slots.cues & {"their", "reach", "profile"} or ("follow" in slots.cues and not slots.windows)
    if aside and (leans or (not wish.asked and len(slots.text) < 16)):
        return settled(slots, Wish(earlier, wish.asked), vocabulary)
    if wish.asked or not _short_or_leaning(slots):
        return None
    if exchanged := _exchanged(earlier, slots, vocabulary):
        return settled(slots, Wish(exchanged, ()), vocabulary)
    added = _added(slots.text, wish.words)
    reading = vocabulary.read(added)
    if not added or (reading is not None and reading.rule.empty and not _drops(slots.text)):
        return None
    joint = "，" if re.search(r"[一-鿿]", earlier) else ", "
    return settled(slots, Wish(f"{earlier}{joint}{added}", ()), vocabulary)


def _exchanged(earlier: str, slots: Slots, vocabulary: Vocabulary) -> str:
    """The people of before with another city, channel or product: "what about Nanjing?"; "" where none is exchanged."""
    if not _INSTEAD.search(slots.text) or len(slots.filters) != 1:
        return ""
    ((name, values),) = slots.filters.items()
    words = normalise(earlier)
    found = vocabulary.values[name].find(words) if name in vocabulary.values else []
    if len(found) != 1 or len(values) != 1:
        return ""
    return f"{words[: found[0].start]}{values[0]}{words[found[0].end :]}"


def _added(text: str, words: str) -> str:
    """The condition that a follow-up adds, "without …" said as the reader knows it."""
    for match in reversed(lexicon().adding.find(words)):
        words = f"{words[: match.start]} {words[match.end :]}"
    dropped = lexicon().dropping.find(words)
    if dropped:
        but = "excluding " if words[dropped[0].start].isascii() else "排除"
        words = f"{but}{words[: dropped[0].start]}{words[dropped[0].end :]}"
    return LONE.sub("", re.sub(r"\s+", " ", words)).strip()


def _drops(text: str) -> bool:
    return bool(lexicon().dropping.find(text))


def _adds(words: str) -> bool:
    return bool(_added(words, words))


def _short_or_leaning(slots: Slots) -> bool:
    leans = slots.cues & {"their", "follow"} or _drops(slots.text) or lexicon().adding.find(slots.text)
    return bool(leans) or ("who" not in slots.cues and len(slots.text) < 20)


def _told_as_words(slots: Slots, context: Step, vocabulary: Vocabulary) -> str:
    """The counted people or tiers of before in words, where it is asked whom of "them" one may message or what else
    they did.
    """
    if context.focus == "metric" and context.slots.metrics == ("customers",) and context.slots.filters:
        return wish_of(context.slots, vocabulary).words if "their" in slots.cues else ""
    known = context.focus in {"tier_count", "tier_moved", "tier_define", "playbook"} and context.slots.tiers
    if not known or slots.tiers or "their" not in slots.cues:
        return ""
    reached = bool(lexicon().cues["reach"].find(slots.text))
    if not (reached or lexicon().people.find(slots.text)):
        return ""
    titles = {value.name: value.title for value in catalog.dimensions()["tier"].values}
    chinese = bool(re.search(r"[一-鿿]", slots.text))
    names = [titles[tier].zh if chinese else titles[tier].en.lower() for tier in context.slots.tiers]
    return ("或" if chinese else " or ").join(names) + ("" if chinese else " customers")
