"""Figures that are worked out from others: a sum, a difference, a share or a ratio that the words around them claim."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, permutations

from copilot.grounding.clauses import Scope
from copilot.grounding.facts import Fact, Label
from copilot.grounding.figures import Figure

MOST_ROWS = 60
"""Rows of a measure beyond which pairs of rows are not tried: too many would match by chance."""
_SUM = re.compile(
    r"合计|总共|一共|共计|加起来|\b(?:total(?:ling|s)?|together|combined|altogether|sum)\b", re.IGNORECASE
)
_GAP = re.compile(
    r"相差|差距|之差|[多少高低](?:出|了)?\s?[¥￥$]?\s?\d|比|\b(?:more|fewer|less|higher|lower|above|below|ahead|behind|"
    r"gap|difference|than|apart|up|down|rose|fell|grew|increase[ds]?|decrease[ds]?|drop(?:ped)?)\b|"
    r"增[长加]|下[降滑]|减少|上升|提[升高]|涨|跌|降",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"占|份额|比重|\b(?:share|account(?:s|ed)? for|make[s]? up|of (?:the|all|total|our))\b", re.IGNORECASE
)
_RATIO = re.compile(r"倍|翻|\b(?:times|fold|twice|double|as (?:many|much|high|large))\b|\dx\b", re.IGNORECASE)


def derives(figure: Figure, scope: Scope, facts: Iterable[Fact]) -> bool:
    """Whether the figure follows from rows of one measure in the way that its sentence claims."""
    for rows in _measures(facts).values():
        named = [fact for fact in rows if (_meets(fact, scope.around) if scope.around else not fact.labels)]
        if any(figure.writes(value) for value in _worked_out(figure, scope.sentence, named, rows)):
            return True
    return False


def _measures(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Measure -> its facts; "value" and "previous" of one result are of one kind and may be compared."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        result, _, name = fact.measure.rpartition(".")
        found[f"{result}.{'value' if name == 'previous' else name}"].append(fact)
    return found


def _meets(fact: Fact, labels: frozenset[Label]) -> bool:
    return bool(fact.labels & labels)


def _worked_out(figure: Figure, sentence: str, named: list[Fact], rows: list[Fact]) -> Iterator[float]:
    labelled = [fact for fact in named if fact.labels]
    whole = sum(fact.value for fact in rows if fact.labels)
    if _SUM.search(sentence):
        yield whole
        yield sum(fact.value for fact in labelled)
        yield from (a.value + b.value for a, b in _pairs(labelled, combinations))
    if _SHARE.search(sentence) and figure.percent and whole:
        yield from (fact.value / whole for fact in labelled)
        yield sum(fact.value for fact in labelled) / whole
    if _GAP.search(sentence):
        pairs = list(_pairs(named, permutations))
        if figure.mark == "percent":
            yield from ((a.value - b.value) / b.value for a, b in pairs if b.value)
        else:
            yield from (a.value - b.value for a, b in pairs if not figure.percent or a.unit == "percent")
    if _RATIO.search(sentence):
        yield from (a.value / b.value for a, b in _pairs(named, permutations) if b.value)


def _pairs(facts: list[Fact], of: Callable) -> Iterator[tuple[Fact, Fact]]:
    return of(facts, 2) if len(facts) <= MOST_ROWS else iter(())
