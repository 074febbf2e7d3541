"""What is wrong with a figure or a ranking word of an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from copilot.grounding.clauses import Scope
from copilot.grounding.derived import derives
from copilot.grounding.facts import Fact, Label
from copilot.grounding.figures import Figure, figures
from copilot.grounding.known import Known
from copilot.grounding.names import Names

Problem = Literal["unmatched", "attribution", "direction", "unit", "rank"]
_UP = re.compile(
    r"增[长加幅]|上[升涨]|[涨升]了?|提[升高]|多了|\b(?:rose|risen|up|grew|grown|increased?s?|gain(?:ed)?|climb(?:ed)?|"
    r"rise[sn]?|growth|improved)\b", re.IGNORECASE,
)  # fmt: skip
_DOWN = re.compile(
    r"下[降滑跌]|减少|降[低了幅]?|[跌]了?|少了|流失|回落|\b(?:fell|fallen|down|drop(?:ped|s)?|declin(?:e|ed|es|ing)|"
    r"decreased?s?|lost|shrank|fall[s]?|loss|lower)\b", re.IGNORECASE,
)  # fmt: skip
_NOT = re.compile(r"[没未不无]|\b(?:not|no|never|without|n't)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\s?(?:个|位|名)?(?:客户|用户|人|单(?![价笔])|笔|订单)|"
    r"\s?(?:customers?|users?|orders?|people|buyers?)\b", re.IGNORECASE,
)  # fmt: skip
_PRICED = re.compile(r"\s?(?:元|块|yuan\b|dollars?\b)", re.IGNORECASE)
_HIGHEST = re.compile(
    r"最[高多大](?!程度|限度)|居首|排名?第一|位列第一|\b(?:the )?(?:highest|largest|biggest)\b|\bthe most\b|"
    r"\branks? first\b|\bleads? with\b", re.IGNORECASE,
)  # fmt: skip
_LOWEST = re.compile(
    r"最[低少小](?!程度|限度)|垫底|\b(?:the )?(?:lowest|smallest|fewest)\b|\bthe least\b", re.IGNORECASE
)
_REACH = 16
"""Letters from a ranking word within which the row it speaks of is named."""
_SENTENCE = re.compile(r"[^。！？!?\n|]+")
_CUT = re.compile(r"[，、；（）(;]|,(?!\d{3})|\b(?:and|while|but)\b|而")


@dataclass(frozen=True)
class Wrong:
    """A claim that the turn's evidence does not bear out, and the fact that would, where one does."""

    start: int
    end: int
    words: str
    problem: Problem
    right: Fact | None = None


def wrong_figure(figure: Figure, scope: Scope, known: Known, words: str) -> Wrong | None:
    """Return what is wrong with a figure; None for nothing."""
    if known.says(figure):
        return None
    matching = [fact for fact in known.facts if figure.writes(fact.value)]
    if not matching:
        if derives(figure, scope, known.facts):
            return None
        return _wrong(figure, "unmatched")
    mine = [fact for fact in matching if belongs(fact, scope)]
    if not mine:
        if derives(figure, scope, known.facts):
            return None
        return _wrong(figure, "attribution", _meant(matching, scope, known))
    if not any(_unit_fits(fact, figure, words) for fact in mine):
        return None if derives(figure, scope, known.facts) else _wrong(figure, "unit")
    if all(fact.signed and fact.value for fact in mine) and _turned(figure, scope, mine):
        return _wrong(figure, "direction")
    return None


def _wrong(figure: Figure, problem: Problem, right: Fact | None = None) -> Wrong:
    return Wrong(figure.start, figure.end, figure.words.strip(), problem, right)


def belongs(fact: Fact, scope: Scope) -> bool:
    """Whether a fact's row is among those that the figure is said of, dimension by dimension.

    A change has two ends: any row named in its sentence may be one of them.
    """
    said = scope.around if fact.signed else scope.named
    dimensions = {dimension for dimension, _ in fact.labels}
    if dimensions and said and not any(dimension in dimensions for dimension, _ in said):
        return False  # it would have to name its own row
    for dimension in dimensions:
        named = {label for label in said if label[0] == dimension}
        if named and not named & fact.labels:
            return False
    return True


def _meant(matching: list[Fact], scope: Scope, known: Known) -> Fact | None:
    """The one fact of the same measure for the row that is named."""
    measures = {fact.measure for fact in matching}
    shapes = {frozenset(dimension for dimension, _ in fact.labels) for fact in matching}
    found = [
        fact for fact in known.facts
        if fact.measure in measures and frozenset(dimension for dimension, _ in fact.labels) in shapes
        and scope.named & fact.labels and belongs(fact, scope)
    ]  # fmt: skip
    return found[0] if len(measures) == 1 and len(found) == 1 else None


def _unit_fits(fact: Fact, figure: Figure, words: str) -> bool:
    """Whether the sign or word beside a figure is of the fact's unit; a fact of no stated unit takes any."""
    if figure.mark == "points":
        return fact.points is not False
    if figure.mark == "percent" and fact.points:
        return False
    if not fact.unit:
        return True
    if figure.money or _PRICED.match(words, figure.end):
        return fact.unit == "money"
    if not figure.percent and _COUNTED.match(words, figure.end):
        return fact.unit == "count"
    return True


def _turned(figure: Figure, scope: Scope, mine: list[Fact]) -> bool:
    """Whether the sign or the verb says the opposite of every change that the figure could be."""
    rises, falls = all(fact.value > 0 for fact in mine), all(fact.value < 0 for fact in mine)
    if figure.sign:
        return (figure.sign < 0 and rises) or (figure.sign > 0 and falls)
    if _NOT.search(scope.clause):
        return False
    up, down = bool(_UP.search(scope.clause)), bool(_DOWN.search(scope.clause))
    return up != down and ((up and falls) or (down and rises))


def wrong_ranks(words: str, known: Known, names: Names) -> Iterator[Wrong]:
    """Yield ranking words that name a row which no measure of its table puts there."""
    for sentence in _SENTENCE.finditer(words):
        for pattern, top in ((_HIGHEST, True), (_LOWEST, False)):
            for match in pattern.finditer(sentence.group()):
                label = _ranked(sentence.group(), *match.span(), names)
                if label and not _holds(label, known.facts, set(figures(sentence.group())), top=top):
                    start = sentence.start() + match.start()
                    yield Wrong(start, sentence.start() + match.end(), match.group(), "rank")


def _ranked(sentence: str, start: int, end: int, names: Names) -> Label | None:
    """The only row named beside a ranking word, in its own clause."""
    cuts = [match.span() for match in _CUT.finditer(sentence)]
    left = max((stop for _, stop in cuts if stop <= start), default=0)
    right = min((begin for begin, _ in cuts if begin >= end), default=len(sentence))
    named = {each.label for each in names.within(sentence)
             if max(left, start - _REACH * 2) <= each.start and each.end <= min(right, end + _REACH * 2)}
    return named.pop() if len(named) == 1 else None


def _holds(label: Label, facts: list[Fact], shown: set[Figure], *, top: bool) -> bool:
    """Whether a measure of a table split by the label's dimension has it at that end.

    Where the sentence shows one of the row's figures, its measure is meant; else any will do.
    """
    tables: dict[tuple[str, int], dict[Label, float]] = {}
    seen: Counter[tuple[str, Label]] = Counter()
    changes = {fact.measure for fact in facts if fact.signed}
    for fact in facts:
        own = [each for each in fact.labels if each[0] == label[0]]
        if len(own) == 1 and len(fact.labels) == 1 and not fact.measure.endswith(".n"):
            # A row may hold a field several times, such as a share for each horizon: each is a table of its own.
            tables.setdefault((fact.measure, seen[fact.measure, own[0]]), {})[own[0]] = fact.value
            seen[fact.measure, own[0]] += 1
    mine = {measure: table for measure, table in tables.items() if label in table and len(table) > 1}
    meant = {name: table for name, table in mine.items() if any(figure.writes(table[label]) for figure in shown)}
    ranked = meant or mine
    return not ranked or any(_at_the_end(table, label, top, name[0] in changes) for name, table in ranked.items())


def _at_the_end(table: dict[Label, float], label: Label, top: bool, change: bool) -> bool:
    """A change is the biggest when it is furthest from nothing, or furthest up or down; money paid back, as the
    first.
    """
    values = list(table.values())
    if min(values) < 0 and max(values) <= 0 and not change:
        return table[label] == (max if top else min)(values, key=abs)
    ends = {max(values), min(values), max(values, key=abs)} if change else {max(values) if top else min(values)}
    return table[label] in ends
