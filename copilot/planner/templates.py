"""A clause with the times and names in it replaced by what they are.

Whatever the brand, "芒果干上个月卖了几包" asks the same as "保温杯去年卖了几包": "某商品某时卖了几包".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from copilot.planner.dates import dated
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, normalise
from copilot.planner.vocabulary import Vocabulary
from tools.time_words import normalise as with_plain_times
from tools.windows import locate_windows

_KINDS = {
    "channel": ("某渠道", "a channel"), "category": ("某品类", "a category"), "product": ("某商品", "a product"),
    "city": ("某城市", "a city"), "region": ("某地区", "a region"), "campaign": ("某活动", "a campaign"),
    "tier": ("某层级", "a tier"), "time": ("某时", "some time"),
}  # fmt: skip
"""What stands for a name or a time, in Chinese and in English."""
_HAN = re.compile(r"[㐀-鿿]")


def template(clause: str, vocabulary: Vocabulary) -> str:
    """Return the clause, normalised, with a word for what it is in the place of each time and name."""
    words = dated(normalise(clause), vocabulary.last_day, vocabulary.first_day)
    side = 0 if len(_HAN.findall(words)) > len(words) / 6 else 1
    found = [Match(name, each.start, each.end) for name in _KINDS for each in _named(name, words, vocabulary)]
    words = _replaced(words, found, side)
    if vocabulary.last_day is None:
        return words
    clean = with_plain_times(words, vocabulary.last_day)
    spans = locate_windows(clean, vocabulary.last_day, vocabulary.first_day)
    return _replaced(clean, [Match("time", start, end) for start, end, _ in spans], side)


def _named(name: str, words: str, vocabulary: Vocabulary) -> list[Match]:
    if name == "tier":
        return lexicon().tiers.find(words)
    values = vocabulary.values.get(name)
    return values.find(words) if values else []


def _replaced(words: str, found: Iterable[Match], side: int) -> str:
    """The text with a word for its kind in place of each match; of matches that overlap the longer one counts."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda each: each.start - each.end):
        if not any(match.overlaps(other) for other in kept):
            kept.append(match)
    for match in sorted(kept, key=lambda each: each.start, reverse=True):
        words = f"{words[: match.start]}{_KINDS[match.key][side]}{words[match.end :]}"
    return words
