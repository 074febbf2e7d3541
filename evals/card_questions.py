"""What the network that hears the cards is fitted on (`cards_read.py`): their titles and everyday questions."""

from __future__ import annotations

import hashlib

from knowledge.cleaning import normalise, simplified
from knowledge.documents import read_cards


def card_questions() -> list[tuple[str, str]]:
    """Return (card, its title or a question) of all cards, as a search reads them."""
    return [(card.id, simplified(normalise(text))) for card in read_cards() for text in (card.title, *card.questions)]


def fingerprint() -> str:
    """Return the hash of what there is to fit on, which the weights are kept with."""
    return hashlib.sha256(repr(card_questions()).encode()).hexdigest()
