"""What vectors and words say about one question, and how the two become one order.

Evidence is fused per document first: a card's vectors may point at one section and its
words at another, and both speak for the card. Each side is min-max normalised and the two
are combined by weight, which ranks better than reciprocal ranks here (`evals/retrieval.py`) and
in general (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023).
Then comes what the cards' everyday questions say together (`knowledge.matching`, `knowledge.questions`). The
weights were chosen on the training questions, where a conditional logit gives about the same ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np

RELATED = 0.2
"""What a related word counts beside the question's own."""
WORDED = 0.6
"""Weight of words beside vectors."""
MATCHED = 0.8
"""Weight of the match with a card's questions beside words and vectors."""
TYPICAL = 0.17
"""What a card of full score by words and vectors matches on average; it falls with the square of the score."""
WORDY = 0.6
"""What a card of full score by vectors scores by words on average; it falls with the score."""
OWN = 0.4
"""Weight of a document's nearest passage beside the questions that it answers."""
NEAREST = 3
"""Nearest questions that are looked at: several alike tell more than a single one, which may be near by chance."""
LEAST = 1e-9
"""What a share is divided by at least."""


@dataclass(frozen=True)
class Ranking:
    """What the evidence comes to."""

    dense: dict[str, float]
    """Document -> its nearest passage together with its nearest questions."""
    lexical: dict[str, float]
    """Document -> its best passage, and a little of its best one for related words; above 0."""
    documents: dict[str, float]
    """Fused score of each document, 0 to 1, best first."""
    passages: dict[str, float]
    """Score of each passage, best first: its document's, scaled by how well it fits beside the best one there."""


@dataclass
class Evidence:
    """Scores by passage id and by document id, as the lists gave them."""

    own: dict[str, float] = field(default_factory=dict)
    """Cosine of a passage's own text."""
    asked: dict[str, list[float]] = field(default_factory=dict)
    """Cosines of a document's title and everyday questions."""
    words: dict[str, float] = field(default_factory=dict)
    """BM25 of a passage."""
    related: dict[str, float] = field(default_factory=dict)
    """BM25 of a passage for words that mean about the same as the question's."""
    document: dict[str, str] = field(default_factory=dict)
    """Passage -> its document, for every passage that any list found."""
    floor: float = 0.0
    """Lowest cosine found: nothing that the vectors left out is nearer."""
    matched: dict[str, float] = field(default_factory=dict)
    """How much the question asks for a document, by its everyday questions beside all others'; 0 to 1."""
    foreign: Collection[str] = ()
    """Documents that are not written in the question's language: their words say nothing against them."""
    terms: list[str] = field(default_factory=list)
    """Content words of the question."""

    def forget(self, documents: set[str]) -> None:
        """Take out everything that speaks for these documents."""
        gone = {passage for passage, document in self.document.items() if document in documents}
        for scores, names in (
            (self.own, gone), (self.words, gone), (self.related, gone), (self.document, gone), (self.asked, documents),
            (self.matched, documents),
        ):
            for name in names:
                scores.pop(name, None)

    def fused(self) -> Ranking:
        """Weigh everything found, once."""
        names = list(dict.fromkeys(self.document.values()))
        if not names:
            return Ranking({}, {}, {}, {})
        place = {name: number for number, name in enumerate(names)}
        of = np.array([place[name] for name in self.document.values()])
        own, words, related = (
            np.array([scores.get(passage, missing) for passage in self.document])
            for scores, missing in ((self.own, self.floor), (self.words, 0.0), (self.related, 0.0))
        )
        nearest, wordiest = _best(own, of, self.floor), _best(words, of)
        dense = OWN * nearest + (1 - OWN) * self._asked(names, nearest)
        lexical = wordiest + RELATED * _best(related, of)
        near, wordy, worded = normalised(dense), np.zeros(len(names)), lexical > 0
        wordy[worded] = normalised(lexical[worded])
        foreign = np.array([name in self.foreign for name in names])
        wordy = np.where(foreign, np.maximum(wordy, WORDY * near), wordy)
        found = (1 - WORDED) * near + WORDED * wordy
        documents = self._joined(names, found)
        fit = own / np.maximum(nearest, LEAST)[of] + words / np.maximum(wordiest, LEAST)[of]
        passages = documents[of] * fit / np.maximum(_best(fit, of), LEAST)[of]
        return Ranking(
            dense=_named(names, dense),
            lexical={name: score for name, score in _named(names, lexical).items() if score > 0},
            documents=ordered(_named(names, documents)), passages=ordered(_named(self.document, passages)),
        )

    def _joined(self, names: list[str], found: np.ndarray) -> np.ndarray:
        """Weigh what was `found` with the match; a document without questions is taken to match as cards do."""
        matched = np.array([self.matched.get(name, np.nan) for name in names])
        return (1 - MATCHED) * found + MATCHED * np.where(np.isnan(matched), TYPICAL * found**2, matched)

    def _asked(self, names: list[str], own: np.ndarray) -> np.ndarray:
        """Mean of the best question and of the nearest few; a passage stands for questions that a document lacks."""
        nearest = np.array([
            (sorted(self.asked.get(name, ()), reverse=True) + [score] * NEAREST)[:NEAREST]
            for name, score in zip(names, own.tolist(), strict=True)
        ])
        return (nearest.max(axis=1) + nearest.mean(axis=1)) / 2


def _best(scores: np.ndarray, of: np.ndarray, missing: float = 0.0) -> np.ndarray:
    """The highest score of each document's passages, `missing` at least; `of` gives each passage's document."""
    best = np.full(of.max() + 1, missing)
    np.maximum.at(best, of, scores)
    return best


def _named(names: Iterable[str], scores: np.ndarray) -> dict[str, float]:
    return dict(zip(names, scores.tolist(), strict=True))


def normalised(scores: np.ndarray) -> np.ndarray:
    """Scale to 0..1 over the candidates; a lone or tied candidate gets 1."""
    if not len(scores) or scores.max() == scores.min():
        return np.ones(len(scores))
    return (scores - scores.min()) / (scores.max() - scores.min())


def ordered(scores: dict[str, float]) -> dict[str, float]:
    """Sort best first, ties by name, so that one question always gives one order."""
    return {name: scores[name] for name in sorted(sorted(scores), key=scores.__getitem__, reverse=True)}
