"""Our own cards as a diagnosis needs them: what they name, in both languages."""

from __future__ import annotations

import re
from functools import cache

import yaml

from knowledge.documents import CONTENT, read_cards
from knowledge.results import Document

SCENARIO, CASE, QUADRANT = "scenario-", "case-", "quadrant-"
_SECTION = re.compile(r"^## (.+?)\s*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Cards:
    """Every card by id and language."""

    def __init__(self, documents: list[Document]) -> None:
        self._by_id = {(card.id, card.language): card for card in documents}

    def card(self, id: str, language: str = "en") -> Document:
        return self._by_id[id, language]

    def ids(self, start: str) -> list[str]:
        """Cards of a family, without its overview."""
        english = [id for id, language in self._by_id if language == "en" and id.startswith(start)]
        return [id for id in english if "overview" not in id]

    def last_section(self, id: str, language: str) -> str:
        """Text of a card's last section: what does not carry over."""
        return _SECTION.findall(self.card(id, language).text)[-1][1]

    def fact(self, card: str, id: str, language: str = "en") -> dict:
        """A figure of a card by its id."""
        return next(fact for fact in self.card(card, language).facts if fact["id"] == id)


@cache
def cards() -> Cards:
    """The cards that ship with Wellspring."""
    return Cards(read_cards())


@cache
def need_titles() -> dict[str, dict[str, str]]:
    """What a practice may rest on -> its name in both languages."""
    raw = yaml.safe_load((CONTENT / "prerequisites.yaml").read_text(encoding="utf-8"))
    return {name: entry["title"] for name, entry in raw.items()}
