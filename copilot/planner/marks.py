"""Which words of a clause are conditions on people, and of which kind: "customers <did bought tea in May> but
<not nothing since>"; learnt from the marked lines of `evals/cases/heard/`.

A network (`reader.py`) scores the classes of each piece, and a chain of classes is chosen as a whole (a
conditional random field, Lafferty et al. 2001).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from copilot.planner.dictionary import segmenter
from copilot.planner.reader import places, reader, states
from copilot.planner.residue import is_function_word, is_plain
from copilot.planner.templates import Template, templated
from copilot.planner.vocabulary import Vocabulary
from knowledge.transformer import sigmoid
from tools.selection.reading.marked import KINDS

OUTSIDE = 0
"""The class of a piece in no mark; of a mark's first piece and of its others there is one each for every kind."""
_RUN = re.compile(r"[a-z][a-z'’-]*|[㐀-鿿]+")
_IN_WORD = re.compile(r"[a-z]{2}|[0-9]{2}")
_ELSE = re.compile("其[他它]|别")
_TRIMMED = " ,，.。、?？的;；:："


@dataclass(frozen=True)
class Mark:
    kind: str
    words: str
    base: bool
    """Whether it tells of whom a share is asked."""
    sure: float
    """The least chance of its pieces, from 0 to 1."""


@dataclass(frozen=True)
class Marked:
    marks: tuple[Mark, ...]
    sure: float
    """The least chance of any piece of the clause."""
    rest: str = ""
    """The words outside the marks."""


def classes() -> list[str]:
    """The classes of pieces, in the order of the network's scores."""
    return ["", *(f"{part}{kind}" for kind in KINDS for part in ("first ", "inner "))]


def words_of(words: str) -> list[str]:
    """The words of normalised text, Chinese ones as the dictionary cuts them."""
    return [part for run in _RUN.findall(words) for part in ([run] if run.isascii() else segmenter().cut(run))]


def unusual(words: str, place: str = "inside") -> list[str]:
    """Those of some words that no examples have in marks, or around them, and that may say more: "cast iron"."""
    usual = _usual(place)
    return [word for word in words_of(words) if word not in usual and not _says_nothing(word)]


def _says_nothing(word: str) -> bool:
    return is_plain(word) if word.isascii() else is_function_word(word) or bool(_ELSE.search(word))


@cache
def _usual(place: str) -> frozenset[str]:
    return frozenset(reader().names[place])


def marked(clause: str, vocabulary: Vocabulary) -> Marked:
    """Return the conditions on people in a clause, in their order."""
    read = templated(clause, vocabulary)
    net, pieces = reader(), states(read.text)
    follows = net.learnt["follows"]
    scores, base = net.linear("tags", pieces), sigmoid(net.linear("base", pieces))[:, 0]
    best = chain(scores, follows)
    sure = _chances(scores, follows)[np.arange(len(best)), best]
    return _marks(read, places(read.text), best[1:-1], sure[1:-1], base[1:-1])


def chain(scores: np.ndarray, follows: np.ndarray) -> np.ndarray:
    """Return the likeliest classes of all pieces together (Viterbi); `follows[i, j]` scores class j after class i."""
    best, came = scores[0], []
    for each in scores[1:]:
        ways = best[:, None] + follows
        came.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + each
    path = [int(best.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return np.array(path[::-1])


def _chances(scores: np.ndarray, follows: np.ndarray) -> np.ndarray:
    """The chance of every class of each piece, over all chains (forward and backward sums)."""
    ahead, behind = np.empty_like(scores), np.zeros_like(scores)
    ahead[0] = scores[0]
    for at in range(1, len(scores)):
        ahead[at] = _logsum(ahead[at - 1][:, None] + follows, axis=0) + scores[at]
    for at in range(len(scores) - 2, -1, -1):
        behind[at] = _logsum(follows + (scores[at + 1] + behind[at + 1])[None, :], axis=1)
    return np.exp(ahead + behind - _logsum(ahead[-1], axis=0))


def _logsum(values: np.ndarray, axis: int) -> np.ndarray:
    most = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)


def _marks(
    read: Template, at_places: list[tuple[int, int]], best: np.ndarray, sure: np.ndarray, base: np.ndarray
) -> Marked:
    names = classes()
    found: list[Mark] = []
    rest, at = "", 0
    for first, last in runs(best):
        start, end = _whole_words(read.text, at_places[first][0], at_places[last - 1][1])
        rest, at = f"{rest}{read.said(at, start)} ", end
        kind, words = names[best[first]].split()[1], read.said(start, end).strip(_TRIMMED)
        found.append(Mark(kind, words, bool(base[first:last].mean() > 0.5), float(sure[first:last].min())))
    return Marked(tuple(found), float(sure.min()), f"{rest}{read.said(at, len(read.text))}".strip())


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The same part of the text without a word cut in two: "gold card holder|s"."""
    while start > 0 and _IN_WORD.fullmatch(text[start - 1 : start + 1]):
        start -= 1
    while _IN_WORD.fullmatch(text[end - 1 : end + 1]):
        end += 1
    return start, end


def runs(best: np.ndarray) -> list[tuple[int, int]]:
    """First and one past the last piece of every mark; a piece of another kind begins a mark by itself."""
    found: list[tuple[int, int]] = []
    for at, tag in enumerate(best):
        if tag == OUTSIDE:
            continue
        goes_on = found and found[-1][1] == at and tag % 2 == 0 and best[at - 1] in (tag, tag - 1)
        if goes_on:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found
