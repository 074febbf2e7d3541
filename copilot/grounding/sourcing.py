"""Which result each figure of an answer comes from, for a reader who asks."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from copilot.answer import FigureSource
from copilot.grounding.claims import belongs
from copilot.grounding.clauses import scopes
from copilot.grounding.facts import facts
from copilot.grounding.figures import figures
from copilot.grounding.names import Names

CURRENCIES = frozenset("¥￥$€£")


def sources(words: str, evidence: Iterable[BaseModel]) -> list[FigureSource]:
    """Return the figures that a result holds, in order; of several results the first that fits."""
    known = facts(evidence)
    found = list(figures(words))
    placed = scopes(words, found, Names(known))
    told = []
    for figure in sorted((each for each in found if each in placed), key=lambda each: each.start):
        fits = [fact for fact in known if figure.writes(fact.value) and belongs(fact, placed[figure])]
        if fits:
            start = figure.start - (words[: figure.start][-1:] in CURRENCIES)
            told.append(FigureSource(start=start, end=figure.end, evidence=int(fits[0].measure.partition(".")[0])))
    return told
