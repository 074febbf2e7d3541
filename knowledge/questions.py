"""Which of our cards a question is after, as a network hears it that has read all of their everyday questions.

It is fitted on the cards' titles and questions by `python -m evals.cards_read --write`, so it knows our cards alone;
`knowledge.matching` knows whatever the index holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from knowledge.transformer import Transformer, softmax

FILE = Path(str(resources.files("knowledge"))) / "questions.npz"
HEARD = 0.5
"""Weight of what the network hears beside the match with a card's questions; chosen on the training questions."""


@lru_cache(maxsize=256)
def asked_for(question: str) -> Mapping[str, float]:
    """Return {card: chance that the question is after it}; the chances of all cards make 1.

    `question` is normalised and in simplified characters. Raises IndexProblem where the weights are not installed.
    """
    net = _reader()
    chances = softmax(net.told("cards", net.states(question)))
    return dict(zip(net.names["cards"], chances.tolist(), strict=True))


def with_heard(matched: dict[str, float], question: str) -> dict[str, float]:
    """Weigh what is heard beside each card's match; what the network does not know keeps its match."""
    if matched.keys().isdisjoint(known()):
        return matched
    heard = asked_for(question)
    return {card: (1 - HEARD) * score + HEARD * heard[card] if card in heard else score
            for card, score in matched.items()}


@cache
def known() -> frozenset[str]:
    """Ids of the cards that the network knows."""
    return frozenset(_reader().names["cards"])


@cache
def _reader() -> Transformer:
    return Transformer.load(FILE)
