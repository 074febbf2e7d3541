"""Which rows a figure is said of: those named in its clause, else the ones named last before it in its sentence.

In a table they are those of the figure's own row and of its column's head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.grounding.facts import Label
from copilot.grounding.figures import Figure
from copilot.grounding.names import Named, Names

_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?]|\.(?=\s|$)|(?=\n)|$)")
_CLAUSE = re.compile(
    r"[，、；（）();：:]|,(?!\d{3})|\s[–—-]\s|(?<=\s)(?:and|while|whereas|but|with|to|versus|vs\.?)(?=\s)|而|与|和|至|比|较"
)
_RULE = re.compile(r"\|?[\s:|-]+\|?")


@dataclass(frozen=True)
class Scope:
    """What stands around a figure."""

    clause: str
    sentence: str
    named: frozenset[Label]
    """Rows that the figure is said of."""
    around: frozenset[Label]
    """Rows named anywhere in the sentence."""


def scopes(words: str, found: list[Figure], names: Names) -> dict[Figure, Scope]:
    """Return what each figure is said of."""
    placed = {}
    heads: list[frozenset[Label]] = []
    for start, line in _lines(words):
        inside = [figure for figure in found if start <= figure.start < start + len(line)]
        if line.lstrip().startswith("|"):
            heads = _table_line(start, line, inside, names, heads, placed)
            continue
        heads = []
        _prose(start, line, inside, names, placed)
    return placed


def _lines(words: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in words.split("\n"):
        yield start, line
        start += len(line) + 1


def _table_line(
    start: int, line: str, inside: list[Figure], names: Names, heads: list[frozenset[Label]],
    placed: dict[Figure, Scope],
) -> list[frozenset[Label]]:  # fmt: skip
    """Place a row's figures; return the labels of the columns' heads."""
    if _RULE.fullmatch(line.strip()):
        return heads
    cells = _cells(line)
    labels = [frozenset(each.label for each in names.within(line[begin:end])) for begin, end in cells]
    if not heads:
        return labels
    row = frozenset().union(*labels)
    for figure in inside:
        column = next((n for n, (begin, end) in enumerate(cells) if begin <= figure.start - start < end), None)
        head = heads[column] if column is not None and column < len(heads) else frozenset()
        placed[figure] = Scope("", line, row | head, row | head)
    return heads


def _cells(line: str) -> list[tuple[int, int]]:
    bars = [match.start() for match in re.finditer(r"\|", line)]
    ends = bars[1:] if bars and bars[-1] == len(line.rstrip()) - 1 else [*bars[1:], len(line)]
    return [(begin + 1, end) for begin, end in zip(bars, ends, strict=False)]


def _prose(start: int, line: str, inside: list[Figure], names: Names, placed: dict[Figure, Scope]) -> None:
    for match in _SENTENCE.finditer(line):
        begin, sentence = start + match.start(), match.group()
        here = [figure for figure in inside if begin <= figure.start < begin + len(sentence)]
        if not here:
            continue
        named = names.within(sentence)
        parts = _parts(sentence)
        for figure in here:
            at = figure.start - begin
            left, right = next((span for span in parts if span[0] <= at < span[1]), (0, len(sentence)))
            said = _said_of(named, left, right, at, parts)
            placed[figure] = Scope(
                sentence[left:right], sentence, said, frozenset(each.label for each in named)
            )  # fmt: skip


def _parts(sentence: str) -> list[tuple[int, int]]:
    """Start and end of each clause."""
    cuts = [match.span() for match in _CLAUSE.finditer(sentence)]
    begins, ends = [0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(sentence)]
    return [(begin, max(begin, end)) for begin, end in zip(begins, ends, strict=True)]


def _said_of(named: list[Named], left: int, right: int, at: int, parts: list[tuple[int, int]]) -> frozenset[Label]:
    """Labels of the clause, and per dimension that it does not name, those of the last clause before that does."""
    said = {each.label for each in named if left <= each.start < right}
    for begin, end in reversed([span for span in parts if span[1] <= left]):
        known = {dimension for dimension, _ in said}
        said |= {each.label for each in named if begin <= each.start < end and each.label[0] not in known}
    return frozenset(said)
