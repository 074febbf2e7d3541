"""Which pieces of the marked examples (`heard.py`) are conditions on people, and of which kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from copilot.planner.likenames import LikeNames
from copilot.planner.marks import OUTSIDE, classes, words_of
from copilot.planner.matching import normalise
from copilot.planner.reader import places
from copilot.planner.templates import template
from copilot.planner.vocabulary import Vocabulary
from evals.heard import MARK, Example
from knowledge.embedding import SentenceEncoder
from tools.selection.reading.marked import BUYING

_SEVERAL = 4
"""Questions in whose marks a word stands, at least, that is usual there."""
_OPEN, _CLOSE = 0xF000, "\uf8f0"
"""Signs of private use that stand for a mark's beginning and end while names and times are replaced."""


@dataclass(frozen=True)
class Tags:
    """Of a question's pieces, with those before and behind them."""

    classes: np.ndarray
    base: np.ndarray
    """Whether each is of a share's base."""


def tagged(example: Example, vocabulary: Vocabulary) -> Tags | None:
    """The class of each piece; None where no marks are told, or a name goes over a mark's end."""
    if not example.marked:
        return None
    text = template(example.question, vocabulary)
    found = _places_of_marks(example.marked, text, vocabulary)
    if found is None:
        return None
    pieces = places(text)
    kinds = np.full(len(pieces) + 2, OUTSIDE, dtype=np.int64)
    base = np.zeros(len(pieces) + 2, dtype=np.float32)
    for start, end, kind, of_base in found:
        inside = [at for at, (first, last) in enumerate(pieces, 1) if start <= (first + last - 1) / 2 < end]
        kinds[inside] = classes().index(f"inner {kind}")
        kinds[inside[:1]] = classes().index(f"first {kind}")
        base[inside] = of_base
    return Tags(kinds, base)


def _places_of_marks(marked: str, text: str, vocabulary: Vocabulary) -> list[tuple[int, int, str, bool]] | None:
    """Beginning, end, kind and whether it is of the base, of each mark in the template."""
    kinds = [(mark[2], bool(mark[1])) for mark in MARK.finditer(marked)]
    numbers = iter(range(len(kinds)))
    signed = template(MARK.sub(lambda mark: f"{chr(_OPEN + next(numbers))}{mark[3]}{_CLOSE}", marked), vocabulary)
    found, plain, begun = [], "", (0, 0)
    for sign in signed:
        if sign == _CLOSE:
            found.append((begun[1], len(plain), *kinds[begun[0]]))
        elif 0 <= ord(sign) - _OPEN < len(kinds):
            begun = (ord(sign) - _OPEN, len(plain))
        else:
            plain += sign
    return found if plain == text else None


def usual_words(marked: Sequence[Example], vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The words that stand in marks of several questions, where they say nothing of what was bought or done, and those
    around them where people are only counted. What is like the name of goods is not among them.
    """
    names = LikeNames(SentenceEncoder())
    inside = [[mark[3] for mark in MARK.finditer(each.marked) if mark[2] in BUYING] for each in marked]
    around = [[MARK.sub(" | ", each.marked)] for each in marked if each.counts]
    return {place: [word for word in _common(texts) if names.nearest(word, vocabulary) is None]
            for place, texts in (("inside", inside), ("around", around))}  # fmt: skip


def _common(texts: Iterable[list[str]]) -> list[str]:
    """The words, and the characters of Chinese ones, that several questions have."""
    counts: Counter[str] = Counter()
    for each in texts:
        words = {word for text in each for word in words_of(normalise(text))}
        counts.update(words | {sign for word in words if not word.isascii() for sign in word})
    return sorted(word for word, count in counts.items() if count >= _SEVERAL)
