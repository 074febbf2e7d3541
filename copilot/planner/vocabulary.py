"""Words that come from the workspace: metric and dimension names, and the values in the data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from copilot.planner.lexicon import lexicon
from copilot.planner.matching import Matcher
from tools import catalog

if TYPE_CHECKING:
    from tools.segment_data import SegmentData

_Named = catalog.Metric | catalog.Unsupported | catalog.Dimension
VALUE_DIMENSIONS = ("channel", "category", "city", "region")


@dataclass(frozen=True)
class Vocabulary:
    metrics: Matcher
    dimensions: Matcher
    values: dict[str, Matcher] = field(default_factory=dict)
    """Dimension -> matcher whose keys are the values as the data writes them."""
    words: frozenset[str] = frozenset()
    """Single English words of the names, to mend spelling by."""
    first_day: date | None = None
    last_day: date | None = None


def build_vocabulary(data: SegmentData | None, known: catalog.Catalog | None = None) -> Vocabulary:
    """Collect the words; without data there are no values to filter by, and without a catalogue it is the built-in."""
    known = known or catalog.builtin()
    metrics, dimensions = known.metrics | known.unsupported, known.dimensions
    held = {name: data.values(name) for name in VALUE_DIMENSIONS if name in dimensions} if data else {}
    values = {
        name: Matcher({value: lexicon().spellings(value) for value in found}) for name, found in held.items() if found
    }
    return Vocabulary(
        metrics=Matcher({name: [*_words(metric), name.replace("_", " ")] for name, metric in metrics.items()}),
        dimensions=Matcher({name: _words(dimension) for name, dimension in dimensions.items()}),
        values=values,
        words=_english_words([*metrics.values(), *dimensions.values()]),
        first_day=data.first_day if data else None,
        last_day=data.last_day if data else None,
    )


def _english_words(items: list[_Named]) -> frozenset[str]:
    names = " ".join(name.lower() for item in items for name in (item.title.en, *item.synonyms.en))
    return frozenset(word for word in re.findall(r"[a-z]{5,}", names)) | {"dormant", "potential", "customers"}


def _words(item: _Named) -> list[str]:
    return [item.title.zh, item.title.en, *item.synonyms.zh, *item.synonyms.en]
