"""A campaign by what it was: "the dormant WeCom outreach in August", "8月叫醒沉睡的企微那次" is read by its name.

Only where exactly one campaign of the data fits all that is said of it; what fits several stays as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match
from tools.time_words import MONTH, MONTHS

if TYPE_CHECKING:
    from tools.campaign_tests import Campaign

_ONE = re.compile(
    r"[那这](?:一)?(?:次|场|波|轮|档)(?:的?活动|触达)?|活动|回访|关怀"
    r"|\b(?:campaign|outreach|blast|mailing|send-?out|promo|effort)\b"
)
"""Says that one campaign is meant."""
_THE = re.compile(
    r"\b(?:the|that|our|this)\b"
)
_SENT = re.compile(
    r"发(?:过|了)?的|\b(?:we|was|that was) sent\b"
)
_LATEST = re.compile(
    r"上一?次|上一?[场波轮]|最近|刚[刚才]?(?:做|搞|发|办)|\b(?:last|latest|most recent|previous)\b"
)
"""Of several that fit, the one that ended last."""
_LATEST_BEFORE = re.compile(
    r"(?:我们)?(?:上一?次|上一?[场波轮]|最近的?(?:那?一?[次场波轮])?|刚[刚才]?)(?:那[次场波轮])?(?:做|搞|发"
    r"|办)?[过了]?的?(?:那[次场波轮个])?$"
)
_GIVEN = re.compile(
    r"(?:发给|给|针对|对)$"
)
_NAMED = r"{name}(?:[那这](?:一)?(?:次|场|波|轮|档)(?:的?活动|触达)?)"
_REMARK = re.compile(
    r"^\s*[(（][^()（）]{1,40}[)）]"
)
"""Says once more which one was meant: "the September e-mail campaign (the seasonal one)"."""
_MONTH = re.compile(
    rf"(?<!\d)(?P<number>1[0-2]|[1-9])月份?(?!\d)|{MONTH}"
)
_FILLER = re.compile(
    r"[\s的在给发做搞里中份会员客户用户老消息]+|\b(?:the|that|our|this|in|for|to|of|on|by|with|customers?"
    r"|members?|people|ones|we"
    r"|message|sent|last|one)\b"
)
_LEAST = 2
"""Traits that must be said where no word says that a campaign is meant."""


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    trait: str = ""
    value: str | int = ""


def by_name(words: str, campaigns: Sequence[Campaign]) -> str:
    """The words with a campaign that they describe put by its name."""
    for each in campaigns:
        if each.name.lower() in words.lower():
            return re.sub(_NAMED.format(name=re.escape(each.name)), each.name, words)
    lowered = words.lower()
    for run in _runs(_parts(lowered), lowered):
        found = _fitting(run, lowered, campaigns)
        if len(found) > 1 and _LATEST.search(lowered[: run[-1].end]):
            found = [max(found, key=lambda each: each.last_day)]
        if len(found) == 1:
            before = _GIVEN.sub("", _LATEST_BEFORE.sub("", words[: run[0].start]))
            after = _REMARK.sub("", words[run[-1].end :])
            name = f" the {found[0].name} " if words.isascii() else found[0].name
            return f"{before.rstrip()}{name}{after.lstrip()}".strip()
    return words


def _parts(words: str) -> list[_Part]:
    book = lexicon()
    found = [_Part(each.start, each.end, "tier", each.key) for each in book.tiers.find(words)]
    found += [_Part(each.start, each.end, "channel", each.key) for each in book.message_channels.find(words)]
    found += [_Part(each.start, each.end, "goal", each.key) for each in book.goals.find(words)]
    found += [_Part(*each.span(), "month", _number(each)) for each in _MONTH.finditer(words)]
    found += [_Part(*each.span(), "one") for each in _ONE.finditer(words)]
    found += [_Part(*each.span()) for each in _FILLER.finditer(words)]
    return sorted(found, key=lambda part: (part.start, -part.end))


def _number(month: re.Match[str]) -> int:
    if month["number"]:
        return int(month["number"])
    return next(place for place, name in enumerate(MONTHS, 1) if name.startswith(month["name"][:3]))


def _runs(parts: list[_Part], words: str) -> Iterator[list[_Part]]:
    """Parts that nothing else stands between, from the first to the last that says something."""
    run: list[_Part] = []
    end = 0
    for part in [*parts, _Part(len(words) + 2, len(words) + 2)]:
        if run and words[end : part.start].strip():
            while run and not run[-1].trait:
                run.pop()
            while run and not (run[0].trait or _THE.match(words, run[0].start)):
                run.pop(0)
            if run:
                yield run
            run = []
        if part.start >= end or not run:
            run.append(part)
            end = max(end, part.end)


def _fitting(run: list[_Part], words: str, campaigns: Sequence[Campaign]) -> list[Campaign]:
    traits = [part for part in run if part.trait not in {"", "one"}]
    meant = any(part.trait == "one" for part in run)
    told = _THE.match(words, run[0].start) or _SENT.search(words[run[0].start : run[-1].end])
    the = bool(told) and len({part.trait for part in traits}) >= _LEAST
    if not traits or not (meant or the):
        return []
    return [each for each in campaigns if all(_fits(part, each) for part in traits)]


def _fits(part: _Part, campaign: Campaign) -> bool:
    if part.trait == "month":
        return campaign.first_day.month <= part.value <= campaign.last_day.month
    if part.trait == "channel":
        return campaign.channel == part.value
    if part.trait == "tier":
        return campaign.tier == part.value
    return part.value in _keys(lexicon().goals.find(campaign.name)) | _of_tier(campaign)


def _of_tier(campaign: Campaign) -> set[str]:
    """What a campaign to the dormant is for, whatever its name."""
    return {"win_back"} if campaign.tier == "dormant" else set()


def _keys(found: list[Match]) -> set[str]:
    return {each.key for each in found}
