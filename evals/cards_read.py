"""Fits what tells which card a question is after (`knowledge/questions.py`): `python -m evals.cards_read [--write]`.

Needs PyTorch, as `evals/fitting.py` does. Takes some minutes on two processors that compute with bfloat16.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from evals.body import SEED, Body, fitted, padded
from evals.card_questions import card_questions, fingerprint
from knowledge.e5 import DIMENSION, e5
from knowledge.questions import FILE

FOLDS = 12
SMOOTHED = 0.1
"""Share of the chance that the loss gives to all other cards: neighbours often answer as well."""


@dataclass(frozen=True)
class Asked:
    """A card's title or one of its questions."""

    card: str
    numbers: list[int]


class Cards(Body):
    def __init__(self, cards: int) -> None:
        super().__init__()
        self.att, self.cards = nn.Linear(DIMENSION, 1), nn.Linear(DIMENSION, cards)
        self.many = nn.Dropout(0.2)

    def forward(self, vectors, held):
        """Scores of the cards, shape (questions, cards)."""
        states = self.states(vectors, held)
        looks = self.att(states).masked_fill(~held[:, :, None], -1e9).softmax(1)
        return self.cards(self.many((looks * states).sum(1)))


def main() -> None:
    """Tell how often unseen questions are heard rightly; with `--write`, fit on all of them and keep the weights."""
    told = card_questions()
    cards = sorted({card for card, _ in told})
    seen = [Asked(card, e5().numbers(question)) for card, question in told]
    if "--write" in sys.argv:
        kept = fit(seen, cards).kept() | {"names.cards": np.array(cards)}
        np.savez_compressed(FILE, fingerprint=np.array(fingerprint()), **kept)
        return
    fold = np.random.default_rng(SEED).integers(0, FOLDS, len(seen))
    net = fit([each for each, out in zip(seen, fold, strict=True) if out], cards)
    print(described(net, [each for each, out in zip(seen, fold, strict=True) if not out], cards))


def fit(seen: list[Asked], cards: list[str]) -> Cards:
    """Return the network of these questions."""
    numbers = {card: number for number, card in enumerate(cards)}

    def loss(net: Cards, part: list[Asked]) -> torch.Tensor:
        right = torch.tensor([numbers[each.card] for each in part])
        return functional.cross_entropy(net(*padded(part)), right, label_smoothing=SMOOTHED)

    return fitted(lambda: Cards(len(cards)), seen, loss)


def described(net: Cards, unseen: list[Asked], cards: list[str]) -> str:
    """Tell for how many of these their card is among the first one and five."""
    places = []
    with torch.no_grad():
        for each in unseen:
            scores = net(*padded([each]))[0].numpy()
            places.append(int((scores > scores[cards.index(each.card)]).sum()))
    found = np.array(places)
    return f"of {len(found)} unseen questions, their card is first for {np.mean(found < 1):.3f}, " \
           f"among five for {np.mean(found < 5):.3f}"


if __name__ == "__main__":
    main()
