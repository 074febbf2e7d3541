"""Which channel's text a wish is about: "短信短一点，企微不要表情", "make the SMS shorter"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match, normalise
from tools.drafting.wishes import read_wishes
from tools.errors import BadArgument

_CLAUSE = re.compile(r"\s*(?:[，,；;。!！\n]|\band\b|\bbut\b|但是?|并且|而且|然后|同时)\s*", re.I)
_LEAD = re.compile(
    r"(?:请|麻烦|帮我|把|将|让|给|那|这|条|个|版|一|只|就|光|和|跟|与|及|、|[ :：]"
    r"|\b(?:please|make|in|for|on|of|the|our|just|only|let|and|can you|could you)\b)*", re.I,
)  # fmt: skip
_TAIL = re.compile(
    r"^(?:(?:那|这|一)?[条版封]|的|文案|文字|内容|正文|部分|里面?|上|中|都|就|也|再|[ :：]"
    r"|(?:text|copy|message|version|one)\b|(?:should|could|must|to|needs to)\b|be\b)*", re.I,
)  # fmt: skip
_OBJECT = re.compile(r"(?:\s*(?:in|for|on|of|the|our|把|将|给|一下))+\s*$", re.I)
_STAYS = re.compile(r"\bkeep\b|\bleave\b|\bas (?:it|they) (?:is|are)\b|保持|保留|不变|不动|不用改|别改|别动", re.I)
_FOR = re.compile(r"\s*(?:for|in|on)\b", re.I)
_FREE = frozenset({"add", "drop", "replace"})
"""Edits whose own words may name a channel: 加上会员日短信提醒."""


class Aim(NamedTuple):
    channel: str
    wish: str


def aimed(words: str) -> tuple[list[Aim], str]:
    """The wishes that name the channel they are for, in order, and what else is said; [] and all words where none does.

    A wish without a channel belongs to the clause before it, where that one named some; "keep the e-mail" asks nothing.
    """
    aims: list[Aim] = []
    rest: list[str] = []
    channels: Sequence[str] = ()
    for clause in filter(None, map(str.strip, _CLAUSE.split(words))):
        plain = normalise(clause)
        found = lexicon().message_channels.find(plain)
        text = clause if len(clause) == len(plain) else plain
        if found and _STAYS.search(text):
            channels = ()
            continue
        if found and (wish := next(_wishes(text, found), "")):
            channels = list(dict.fromkeys(match.key for match in found))
        elif found and _only_names(text, found):
            channels = [match.key for match in found]
            continue
        else:
            wish = text if channels and not found and _edits(text) else ""
        if wish:
            aims += [Aim(channel, wish) for channel in channels]
        else:
            rest.append(clause)
            channels = ()
    return (aims, "，".join(rest)) if aims else ([], words)


def _wishes(clause: str, found: Sequence[Match]) -> Iterator[str]:
    """The clause without its channels, where that is a wish."""
    before, after = clause[: found[0].start], _TAIL.sub("", clause[found[-1].end :]).strip()
    if _LEAD.fullmatch(before) and _edits(after):
        yield after
    object_ = f"{_OBJECT.sub('', before)} {after}".strip()
    if (edits := _edits(object_)) and not edits & _FREE:
        yield object_


def _only_names(clause: str, found: Sequence[Match]) -> bool:
    """Whether it says what the next clause is about, and nothing else: "for the SMS, …"."""
    before, after = clause[: found[0].start], _TAIL.sub("", clause[found[-1].end :])
    return bool(_FOR.match(before) and _LEAD.fullmatch(before) and not after)


def _edits(clause: str) -> set[str]:
    try:
        return {wish.edit for wish in read_wishes(clause)} if clause else set()
    except BadArgument:
        return set()
