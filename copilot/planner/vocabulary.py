"""Words that come from the workspace: metric and dimension names, and the values in the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Matcher, normalise
from tools import catalog
from tools.dimensions import RFM_SEGMENT
from tools.results import Bilingual
from tools.time_words import MONTHS
from tools.windows import blank_windows

if TYPE_CHECKING:
    from tools.campaign_tests import Campaign
    from tools.rfm import RfmRules
    from tools.segment_data import SegmentData
    from tools.selection.reading import MarkedReading, Reading

_Named = catalog.Metric | catalog.Unsupported | catalog.Dimension
VALUE_DIMENSIONS = ("channel", "category", "city", "region", "product", "campaign")
MOST = 1000
"""Values of a dimension that are known by name at most, the most frequent first."""


@dataclass(frozen=True)
class Vocabulary:
    metrics: Matcher
    dimensions: Matcher
    values: dict[str, Matcher] = field(default_factory=dict)
    """Dimension -> matcher whose keys are the values as the data writes them."""
    tags: Matcher = field(default_factory=lambda: Matcher({}))
    """Behaviour tags by what people call them."""
    read: Callable[[str], Reading | None] = lambda words: None
    """The rule that plain words select people by; None where there is nothing to select from."""
    read_marks: Callable[[Sequence[tuple[str, str, bool]]], MarkedReading | None] = lambda marks: None
    """The rule of marked words: kind, words, whether of a share's base."""
    words: frozenset[str] = frozenset()
    """Single English words of the names, to mend spelling by."""
    terms: tuple[str, ...] = ()
    """Chinese names of the metrics, to mend a wrong character by."""
    names: tuple[str, ...] = ()
    """Chinese values of channels, categories and places, likewise."""
    campaigns: tuple[Campaign, ...] = ()
    """Campaigns with customers held out, to know them by what they were."""
    first_day: date | None = None
    last_day: date | None = None


def build_vocabulary(
    data: SegmentData | None,
    known: catalog.Catalog | None = None,
    read: Callable[[str], Reading | None] = lambda words: None,
    read_marks: Callable[[Sequence[tuple[str, str, bool]]], MarkedReading | None] = lambda marks: None,
) -> Vocabulary:
    """Collect the words; without data there are no values to filter by, and without a catalogue it is the built-in."""
    known = known or catalog.builtin()
    metrics, dimensions = known.metrics | known.unsupported, known.dimensions
    held = {name: _values(data, name) for name in VALUE_DIMENSIONS if name in dimensions} if data else {}
    values = {
        name: Matcher({value: _spellings(name, value) for value in found}) for name, found in held.items() if found
    }
    if data and RFM_SEGMENT in dimensions:
        values[RFM_SEGMENT] = segment_words(data.rfm_rules, metrics)
    return Vocabulary(
        metrics=metric_words(metrics),
        dimensions=dimension_words(dimensions),
        values=values,
        tags=Matcher({name: _words(tag) for name, tag in data.traits.catalog.tags.items()} if data else {}),
        read=read,
        read_marks=read_marks,
        words=_english_words([*metrics.values(), *dimensions.values()]),
        terms=tuple(word for metric in metrics.values() for word in (metric.title.zh, *metric.synonyms.zh)),
        names=tuple(name for each in ("channel", "category", "city", "region") for name in held.get(each, [])),
        campaigns=tuple(data.campaign_tests.campaigns()) if data and held.get("campaign") else (),
        first_day=data.first_day if data else None,
        last_day=data.last_day if data else None,
    )


def metric_words(metrics: dict[str, catalog.Metric | catalog.Unsupported]) -> Matcher:
    """Metrics by what people call them."""
    spoken = lexicon().metric_words
    return Matcher({
        name: [*_words(metric), name.replace("_", " "), *spoken.get(name, [])] for name, metric in metrics.items()
    })  # fmt: skip


def dimension_words(dimensions: dict[str, catalog.Dimension]) -> Matcher:
    """Dimensions by what people call them."""
    spoken = lexicon().dimension_words
    return Matcher({name: [*_words(each), *spoken.get(name, [])] for name, each in dimensions.items()})


def segment_words(rules: RfmRules, metrics: dict[str, catalog.Metric | catalog.Unsupported]) -> Matcher:
    """RFM segments by their names; only beside "RFM" where a tier, a metric or a risk goes by the same name."""
    taken = {*lexicon().tiers.terms, *metric_words(metrics).terms, *lexicon().any_cue.terms}

    def told(word: str) -> list[str]:
        return [f"rfm{joint}{word}" for joint in ("", " ", "的", "里的")] if normalise(word) in taken else [word]

    return Matcher({
        name: [each for word in _of_segment(segment.title) for each in told(word)]
        for name, segment in rules.segments.items()
    })  # fmt: skip


def _of_segment(title: Bilingual) -> list[str]:
    zh, en = title.zh.removesuffix("客户"), title.en
    alone = [en, en.rstrip("s")] if en.endswith("s") else []  # "new" and "at risk" say nothing of RFM
    return [*(f"{zh}{who}" for who in ("客户", "用户", "会员", "的人")), *alone, f"{en} customer"]


def _spellings(dimension: str, value: str) -> list[str]:
    """A campaign or product goes by its whole name: "wecom" is not the campaign that has the word in it."""
    return [value] if dimension in {"campaign", "product"} else lexicon().spellings(value)


def _values(data: SegmentData, dimension: str) -> list[str]:
    """Values in the data; a campaign named like a time ("618") leaves the word to the time."""
    found = data.values(dimension)[:MOST]
    if dimension != "campaign":
        return found
    return [value for value in found if blank_windows(value, data.last_day, data.first_day).strip()]


def _english_words(items: list[_Named]) -> frozenset[str]:
    names = " ".join(name.lower() for item in items for name in (item.title.en, *item.synonyms.en))
    book = lexicon()
    aliases = [alias for words in book.aliases.values() for alias in words]
    spoken = [*book.tiers.terms, *book.weekdays.terms, *MONTHS, *aliases]
    return frozenset(re.findall(r"[a-z]{5,}", " ".join([names, *spoken])))


def _words(item: _Named) -> list[str]:
    return [item.title.zh, item.title.en, *item.synonyms.zh, *item.synonyms.en]
