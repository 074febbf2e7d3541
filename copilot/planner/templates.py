"""A clause with the times and names in it replaced by what they are.

Whatever the brand, "芒果干上个月卖了几包" asks the same as "保温杯去年卖了几包": "某商品某时卖了几包".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.planner.dates import dated
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, normalise
from copilot.planner.vocabulary import Vocabulary
from tools.time_words import normalise as with_plain_times
from tools.traits.catalog import builtin
from tools.windows import locate_windows

_KINDS = {
    "channel": ("某渠道", "a channel"), "category": ("某品类", "a category"), "product": ("某商品", "a product"),
    "city": ("某城市", "a city"), "region": ("某地区", "a region"), "campaign": ("某活动", "a campaign"),
    "tier": ("某层级", "a tier"), "time": ("某时", "some time"),
}  # fmt: skip
"""What stands for a name or a time, in Chinese and in English."""
_FIRST = 0xE000
"""The first character of private use."""
_MONTHS = re.compile(r"(?<=\d月)(?=\d{1,2}月)")
_COUNT = re.compile(r"(?<=月)(?=\d{1,2}[单次笔件样款回])")  # "10月一单没有" names no first of October
_OVER = re.compile(r"(?:[超过满花到¥￥$]|over|above|than|least|under|below|most|spent)\s*$")
_UNIT = re.compile(r"\s*(?:[块元单次件rk+]|以[上下内]|yuan|or |and (?:over|above|up))")
_HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True)
class Template:
    """What the second reader reads, and the way back to the words."""

    text: str
    _kept: str
    """The same with one character of Unicode's private use for each time and name."""
    _places: tuple[int, ...]
    """For each character of `text`, and its end, the place in `_kept`."""
    slots: dict[str, str]
    """Those characters and the words that they stand for, names as the data writes them."""

    def said(self, start: int, end: int) -> str:
        """The words behind `text[start:end]`; a time or name that it only touches is part of them."""
        last = self._places[end - 1] + 1 if end > start else self._places[start]
        signs = self._kept[self._places[start] : last]
        return "".join(self.slots.get(sign, sign) for sign in signs).strip()


def template(clause: str, vocabulary: Vocabulary) -> str:
    """Return the clause, normalised, with a word for what it is in the place of each time and name."""
    return templated(clause, vocabulary).text


def templated(clause: str, vocabulary: Vocabulary) -> Template:
    """Return the same with the way back from it."""
    words = dated(normalise(clause), vocabulary.last_day, vocabulary.first_day)
    side = 0 if len(_HAN.findall(words)) > len(words) / 6 else 1
    slots: list[tuple[str, str]] = []
    found = [(Match(name, each.start, each.end), _written_as(name, each.key))
             for name in _KINDS for each in _named(name, words, vocabulary)]  # fmt: skip
    words = _signed(words, found, slots)
    if vocabulary.last_day is not None:
        words = _COUNT.sub(",", _MONTHS.sub("、", with_plain_times(words, vocabulary.last_day)))
        spans = locate_windows(words, vocabulary.last_day, vocabulary.first_day)
        times = [Match("time", start, end) for start, end, _ in spans if not _is_amount(words, start, end)]
        words = _signed(words, [(match, "") for match in times], slots)
    return _filled(words, slots, side)


def _is_amount(words: str, start: int, end: int) -> bool:
    """Whether a bare number is an amount instead of a year: "over 2000"."""
    bare = words[start:end].strip().isdecimal()
    return bare and bool(_OVER.search(words[:start]) or _UNIT.match(words[end:]))


def _named(name: str, words: str, vocabulary: Vocabulary) -> list[Match]:
    if name == "tier":
        return lexicon().tiers.find(words)
    values = vocabulary.values.get(name)
    return values.find(words) if values else []


def _written_as(name: str, key: str) -> str:
    """A value as the data or, of a tier, the catalogue writes it."""
    if name != "tier":
        return key
    return next(tier.title.zh for tier in builtin().traits["tier"].values if tier.name == key)


def _signed(words: str, found: list[tuple[Match, str]], slots: list[tuple[str, str]]) -> str:
    """The text with a sign in place of each match, which `slots` then holds; of overlapping ones the longer counts."""
    kept: list[tuple[Match, str]] = []
    for match, key in sorted(found, key=lambda each: each[0].start - each[0].end):
        if not any(match.overlaps(other) for other, _ in kept):
            kept.append((match, key))
    for match, key in sorted(kept, key=lambda each: each[0].start, reverse=True):
        slots.append((match.key, key or words[match.start : match.end]))
        words = f"{words[: match.start]}{chr(_FIRST + len(slots) - 1)}{words[match.end :]}"
    return words


def _filled(words: str, slots: list[tuple[str, str]], side: int) -> Template:
    signs = {chr(_FIRST + number): slot for number, slot in enumerate(slots)}
    text, places = "", []
    for place, sign in enumerate(words):
        written = _KINDS[signs[sign][0]][side] if sign in signs else sign
        text += written
        places += [place] * len(written)
    return Template(text, words, (*places, len(words)), {sign: said for sign, (_, said) in signs.items()})
