"""What hears the cards is fitted on their questions as they are now."""

from __future__ import annotations

import numpy as np

from evals.card_questions import fingerprint
from knowledge.questions import FILE


def test_the_weights_are_fitted_on_the_cards_as_they_are() -> None:
    with np.load(FILE, allow_pickle=False) as kept:
        assert str(kept["fingerprint"]) == fingerprint(), "python -m evals.cards_read --write"
