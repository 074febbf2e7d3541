"""What a figure is held against beside an earlier time: everybody ("比全体高多少", "than everyone else"), or what is
usual ("比平时高吗", "than usual").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Match
from copilot.planner.slots import Slots
from tools import catalog

USUAL = "last_12_months"
"""The days that tell what is usual."""
_THAN = r"\b(?:than|vs\.?|versus|against|compared (?:to|with)|relative to) "
_EVERYBODY = re.compile(
    r"(?:比|跟|和|与|较|对比|相比)(?:起)?(?:全体|整体|大盘|总体|全店|全渠道|所有(?:客户|用户|人)?|全部(?:客户|用户)?|平均(?:水平|值|数)?|均值"
    r"|(?:其他|其它|别的|其余)(?:的)?(?:客户|用户|会员|人|层级?|渠道|城市|品类|平台|店)?|普通(?:客户|用户|会员))(?:的)?(?:比|相比)?"
    rf"|{_THAN}(?:everyone|everybody|the rest|the others?|other (?:customers|tiers?|channels?|cities|categories"
    rf"|people)|others|overall"
    r"|all (?:our )?(?:customers|channels|cities|categories)|(?:the |our )?(?:overall |total |shop |store "
    r"|company )?average"
    r"|(?:the )?whole (?:base|shop|store|company))(?: else| of (?:them|us|the base|our customers))?(?: customers?"
    r"| buyers?| do(?:es)?)?"
)
_AS_USUAL = re.compile(
    r"(?:比|跟|和|与|较)?(?:起)?(?:平时|往常|平常|平日里|以往|一贯)(?:的)?(?:水平)?(?:比|相比)?"
    r"|\b(?:than|as|compared (?:to|with)|vs\.?|versus) (?:is |the )?(?:usual|normal)\b|\bthe usual\b"
)
_PER_DAY = {"revenue": "revenue_per_day", "orders": "orders_per_day"}


def against_everybody(words: str) -> bool:
    return bool(_EVERYBODY.search(words))


def against_usual(words: str) -> bool:
    """Whether "平时" is what is usual, not the days beside a weekend."""
    weekend = any(match.key == "sat sun" for match in lexicon().weekdays.find(words))
    return bool(_AS_USUAL.search(words)) and not weekend


def held_against(words: str) -> list[Match]:
    """The words that say so."""
    found = [*_EVERYBODY.finditer(words)]
    found += _AS_USUAL.finditer(words) if against_usual(words) else []
    return [Match("standard", each.start(), each.end()) for each in found]


def beside_standard(slots: Slots) -> list[Slots] | None:
    """The figure asked for and the one it is held against, each as slots of its own; None where none is asked for."""
    if slots.compare or len(slots.windows) > 1 or not slots.metrics:
        return None
    if len(slots.windows) == 1 and against_usual(slots.text) and (metrics := _comparable(slots.metrics)):
        read_as = (*slots.read_as, *_told(slots.text))
        asked = replace(slots, metrics=metrics, cues=slots.cues - {"moved"}, read_as=read_as)
        return [asked, replace(asked, windows=(USUAL,))]
    named = slots.filters | ({"tier": list(slots.tiers)} if slots.tiers else {})
    if not named or slots.dimensions or not against_everybody(slots.text):
        return None
    plain = replace(slots, cues=slots.cues - {"moved"})
    if len(named) == 1 and _splits(named):  # beside the others, with the whole on top
        return [replace(plain, filters={}, tiers=(), dimensions=tuple(named))]
    return [plain, replace(plain, filters={}, tiers=(), tags=())]


def _splits(named: Mapping[str, list[str]]) -> bool:
    return set(named) <= {"tier", "channel", "category", "city", "region"}


def _comparable(metrics: tuple[str, ...]) -> tuple[str, ...]:
    """Metrics that a time may be compared by with a longer one; none where one of them grows with the days."""
    known = catalog.metrics()
    named = tuple(_PER_DAY.get(name, name) for name in metrics)
    rates = [name for name in named if name in known and (known[name].type == "ratio" or name.startswith("median"))]
    return named if len(rates) == len(named) else ()


def _told(words: str) -> tuple[str, str]:
    said = _AS_USUAL.search(words).group()
    return (said.lstrip("比跟和与较起"), "近12个月") if not said.isascii() else (said, "the last 12 months")
