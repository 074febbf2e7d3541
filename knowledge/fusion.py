"""What vectors and words say about one question, and how the two become one order.

Evidence is fused per document first: a card's vectors may point at one section and its
words at another, and both speak for the card. Each side is min-max normalised and the two
are combined by weight, which ranks better than reciprocal ranks here (`evals/retrieval.py`) and
in general (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023).
Then comes what the cards' everyday questions say together (`knowledge.matching`). The weights were
chosen on the training questions, where a conditional logit gives about the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

RELATED = 0.2
"""What a related word counts beside the question's own."""
WORDED = 0.6
"""Weight of words beside vectors."""
MATCHED = 0.75
"""Weight of the match with a card's questions beside words and vectors."""
TYPICAL = 0.17
"""What a card of full score by words and vectors matches on average; it falls with the square of the score."""
OWN = 0.4
"""Weight of a document's nearest passage beside the questions that it answers."""
NEAREST = 3
"""Nearest questions that are looked at: several alike tell more than a single one, which may be near by chance."""


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
        dense, lexical = self._dense(), self._lexical()
        near, wordy = normalised(dense), normalised(lexical)
        documents = ordered({
            name: self._joined(name, (1 - WORDED) * score + WORDED * wordy.get(name, 0.0))
            for name, score in near.items()
        })
        return Ranking(dense, lexical, documents, self._passages(documents))

    def _joined(self, document: str, found: float) -> float:
        """Weigh what was `found` with the match; a document without questions is taken to match as cards do."""
        return (1 - MATCHED) * found + MATCHED * self.matched.get(document, TYPICAL * found**2)

    def _dense(self) -> dict[str, float]:
        return {
            document: OWN * own + (1 - OWN) * _asked(self.asked.get(document, []), own)
            for document, own in self._best(self.own, self.floor).items()
        }

    def _lexical(self) -> dict[str, float]:
        own, related = self._best(self.words, 0.0), self._best(self.related, 0.0)
        scores = {document: score + RELATED * related[document] for document, score in own.items()}
        return {document: score for document, score in scores.items() if score > 0}

    def _passages(self, documents: dict[str, float]) -> dict[str, float]:
        nearest, wordiest = self._best(self.own, self.floor), self._best(self.words, 0.0)
        fit = {}
        for passage, document in self.document.items():
            near = self.own.get(passage, self.floor) / max(nearest[document], 1e-9)
            wordy = self.words.get(passage, 0.0) / max(wordiest[document], 1e-9)
            fit[passage] = near + wordy
        best = self._best(fit, 0.0)
        return ordered({
            passage: documents[document] * fit[passage] / max(best[document], 1e-9)
            for passage, document in self.document.items()
        })

    def _best(self, scores: dict[str, float], missing: float) -> dict[str, float]:
        best = dict.fromkeys(self.document.values(), missing)
        for passage, score in scores.items():
            document = self.document[passage]
            if score > best[document]:
                best[document] = score
        return best


def _asked(cosines: list[float], own: float) -> float:
    """Mean of the best question and of the nearest few; a document's passage stands for questions that it lacks."""
    nearest = (sorted(cosines, reverse=True) + [own] * NEAREST)[:NEAREST]
    return (max(nearest) + sum(nearest) / NEAREST) / 2


def normalised(scores: dict[str, float]) -> dict[str, float]:
    """Scale to 0..1 over the candidates; a lone or tied candidate gets 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {name: (score - low) / (high - low) if high > low else 1.0 for name, score in scores.items()}


def ordered(scores: dict[str, float]) -> dict[str, float]:
    """Sort best first, ties by name, so that one question always gives one order."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
