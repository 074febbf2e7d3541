"""Metrics that everyday sentences say in several words, as `phrases.yaml` lists them: "signed up but never ordered"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

from copilot.planner.matching import Match
from tools.definitions import LOADER

_ALONE = frozenset({"churned_customers"})
"""Said so of no tier in particular; with one it is a move between two."""
_TIER = re.compile(r"高价值|潜力|中价值|低价值|\b(?:high|potential|mid|low|top)\b")
_IN_TIME = re.compile(
    r"近|过去|内|以来|\d\s*(?:天|日|周|个?月)|\b(?:last|past|since|within|days?|weeks?|months?)\b"
)
"""With a time, who has not ordered is a condition on people."""
_REGISTERED = re.compile(r"注册|\b(?:sign(?:ed|ing)?[- ]?ups?|registered|joined|account)\b")
_HAN = re.compile(r"[㐀-鿿]")
_ENDING = r"\\w{0,4}"
_GAPS = {True: r"[^,，。?？!！;；]{0,8}?", False: r" *(?:[\w'%$&.-]+ +){0,4}?"}
"""Words of somebody else inside a phrase, in Chinese and in English."""
_OPEN = re.compile(r"\[\^[^\]]*\]\{\d+,\d+\}\??")


@dataclass(frozen=True)
class _Phrase:
    metric: str
    pattern: re.Pattern[str]
    chinese: bool

    def find(self, words: str) -> list[Match]:
        """The parts of the first match between its gaps; what stands in a gap is not the phrase's."""
        if not (found := self.pattern.search(words)):
            return []
        starts, ends = [found.start()], []
        for start, end in sorted(found.span(number) for number in range(1, len(found.groups()) + 1)):
            if start >= 0:
                ends.append(start)
                starts.append(end)
        ends.append(found.end())
        return [Match(self.metric, *part) for part in zip(starts, ends, strict=True) if part[1] > part[0]]


def phrased(words: str) -> list[Match]:
    """The parts of normalised text by which it says a metric in several words; of two that overlap, the longer."""
    return list(_phrased(words))


@lru_cache(maxsize=512)
def _phrased(words: str) -> tuple[Match, ...]:
    languages = {True: bool(_HAN.search(words)), False: bool(re.search("[a-z]", words))}
    said = [found for each in _phrases() if languages[each.chinese] and (found := each.find(words))]
    said = [found for found in said if not _means_people(found[0].key, words)]
    said.sort(key=lambda found: -sum(part.end - part.start for part in found))
    kept: list[Match] = []
    for found in said:
        if not any(part.overlaps(other) for part in found for other in kept):
            kept += found
    return tuple(sorted(kept, key=lambda part: part.start))


def unless_named(said: list[Match], named: list[Match]) -> list[Match]:
    """The phrases without those that a longer name of the catalogue holds a part of: "only bought once"."""
    length = {each.key: sum(part.end - part.start for part in said if part.key == each.key) for each in said}
    longer = {
        part.key for part in said for name in named
        if part.inside(name) and name.key != part.key and name.end - name.start > length[part.key]
    }  # fmt: skip
    return [part for part in said if part.key not in longer]


def _means_people(metric: str, words: str) -> bool:
    """Whether the phrase is part of a move between tiers, or of a condition on people."""
    if metric in _ALONE:
        return bool(_TIER.search(words))
    return metric == "prospects" and not _REGISTERED.search(words) and bool(_IN_TIME.search(words))


@cache
def _phrases() -> list[_Phrase]:
    text = resources.files("copilot.planner").joinpath("phrases.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=LOADER)
    return [
        _Phrase(metric, re.compile(pattern), chinese)
        for metric, entries in raw["metrics"].items() for entry in entries
        for pattern, chinese in [_written_out(entry, raw["words"])]
    ]  # fmt: skip


def _written_out(entry: str, named: dict[str, str]) -> tuple[str, bool]:
    """The entry as a pattern whose only groups are its gaps, and whether it is Chinese."""
    chinese = bool(_HAN.search(entry))
    for name, words in named.items():
        entry = entry.replace(f"{{{name}}}", words)
    entry = re.sub(r"(?<=[a-z)\]])~", _ENDING, entry)
    entry = entry.replace("…", f"({_GAPS[chinese]})")
    entry = _OPEN.sub(lambda gap: gap.group() if _inside(entry, gap) else f"({gap.group().rstrip('?')}?)", entry)
    return entry if chinese else rf"(?<![a-z])(?:{entry})(?![a-z])", chinese


def _inside(entry: str, gap: re.Match[str]) -> bool:
    """Whether it is a gap's group already."""
    return entry[gap.start() - 1 : gap.start()] == "(" and entry[gap.end() : gap.end() + 1] == ")"
